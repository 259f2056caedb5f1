import { hops, type Entries, type Hop, type Ledger, type Scene } from './entries.ts';

/** The text of each hop's file. */
export type Texts = Readonly<Record<Hop, string>>;

export const lineOf = (entry: Entries[Hop]): string => `${JSON.stringify(entry)}\n`;

/** A file's last line: how many stand before it. Without it, what is missing at the end would not show. */
export const lastLineOf = (entries: number): string => `${JSON.stringify({ end: entries })}\n`;

export const textOf = (entries: readonly Entries[Hop][]): string =>
  entries.map((entry) => lineOf(entry)).join('') + lastLineOf(entries.length);

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

const isEnd = (line: unknown, entries: number): boolean =>
  typeof line === 'object' && line !== null && 'end' in line && line.end === entries;

/** The entries of one file, and whether all that was written is there. What cannot be read is left out. */
const parseText = (text: string): { entries: unknown[]; whole: boolean } => {
  const lines = text.split('\n').map(parseLine);
  const entries = lines.slice(0, -2).filter((line) => line !== undefined);
  const whole =
    text.endsWith('\n') && isEnd(lines.at(-2), lines.length - 2) && entries.length === lines.length - 2;
  return { entries, whole };
};

/** A ledger from its files. */
export const parseLedger = (texts: Texts, scene: Scene): Ledger => {
  const torn: Hop[] = [];
  const of = <H extends Hop>(hop: H): Entries[H][] => {
    const { entries, whole } = parseText(texts[hop]);
    if (!whole) torn.push(hop);
    return entries as Entries[H][]; // Written by lineOf, line by line.
  };
  return {
    attempted: of('attempted'),
    acknowledged: of('acknowledged'),
    discarded: of('discarded'),
    published: of('published'),
    posted: of('posted'),
    received: of('received'),
    applied: of('applied'),
    told: of('told'),
    faulted: of('faulted'),
    scene,
    torn,
  };
};

/** The files of a ledger. */
export const textsOf = (ledger: Ledger): Texts =>
  Object.fromEntries(hops.map((hop) => [hop, textOf(ledger[hop])])) as Texts; // One text for each hop.
