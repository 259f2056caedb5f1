import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { hops, type Entries, type Hop, type Ledger, type Scene } from './entries.ts';
import { lastLineOf, lineOf, parseLedger, type Texts } from './text.ts';

/** Where everybody writes down what they saw: a file for each hop, to which lines are appended and nothing else. */
export type Book = {
  /** Writes one line. When it returns, the line is written: who called may go on, and acknowledge. */
  write: <H extends Hop>(hop: H, entry: Entries[H]) => void;
  /** What was written so far. */
  readonly soFar: Ledger;
  /** Writes the last lines. */
  close: () => void;
};

const fileOf = (folder: string, hop: Hop): string => join(folder, `${hop}.jsonl`);
const sceneFile = (folder: string): string => join(folder, 'scene.json');

/** Opens a book in a folder, which is made if it is not there. It must not hold one already: nothing is written over. */
export const openBook = (folder: string, scene: Scene): Book => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(sceneFile(folder), JSON.stringify(scene, undefined, 2), { flag: 'wx' });
  const files = new Map(hops.map((hop) => [hop, openSync(fileOf(folder, hop), 'ax')]));
  const soFar = {
    ...{ attempted: [], acknowledged: [], discarded: [], published: [], posted: [] },
    ...{ received: [], applied: [], told: [], faulted: [], scene, torn: [] },
  };
  const append = (hop: Hop, line: string): void => {
    const file = files.get(hop);
    if (file === undefined) throw new Error('The book is closed.');
    writeSync(file, line);
  };
  return {
    write: (hop, entry) => {
      append(hop, lineOf(entry));
      const entries: unknown[] = soFar[hop]; // Of this hop, as the file is.
      entries.push(entry);
    },
    soFar,
    close: () => {
      for (const [hop, file] of files) {
        append(hop, lastLineOf(soFar[hop].length));
        files.delete(hop);
        closeSync(file);
      }
    },
  };
};

/** A book that was closed, from its files. */
export const readBook = (folder: string): Ledger => {
  const texts = Object.fromEntries(
    hops.map((hop) => [hop, readFileSync(fileOf(folder, hop), 'utf8')]),
  ) as Texts; // One for each hop.
  return parseLedger(texts, JSON.parse(readFileSync(sceneFile(folder), 'utf8')) as Scene); // Written by openBook.
};
