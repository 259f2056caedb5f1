import { Buffer } from 'node:buffer';
import { constants, ftruncateSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import type { Report } from '../report.ts';
import { appendFile, type AppendFile } from './appendFile.ts';
import { groupCommit } from './groupCommit.ts';
import { NotKept, type Journal } from './journal.ts';
import { journalLine, replay, type Replayed } from './journalLine.ts';

/** What is dead in a file before it is written anew, at least; besides, more of it must be dead than alive. */
const compactAboveBytes = 1024 * 1024;

/** What is written anew at once, characters. */
const chunkLength = 256 * 1024;

/**
 * Opens a journal in a file of its own, made when there is none. What was written has been taken by the system, not
 * synced to the disk: it survives a twin that is killed (SIGKILL), not a machine that loses power. A line that was
 * being written when the former twin died was never acknowledged and is dropped.
 */
export const openFileJournal = <Value extends object>(path: string, report: Report): Journal<Value> => {
  const { file: opened, entries } = open(path, report);
  const size = { alive: [...entries.values()].reduce((sum, { bytes }) => sum + bytes, 0), tryAbove: 0 };
  let file = opened;
  let closed = false;

  const isGrown = (): boolean =>
    file.size() > size.tryAbove && file.size() - size.alive > Math.max(compactAboveBytes, size.alive);
  const compact = async (): Promise<void> => {
    try {
      const former = file;
      file = await rewritten(path, entries);
      former.close();
    } catch {
      // The long file is as good as the short one.
      size.tryAbove = 2 * file.size();
    }
  };
  const { commit, leave, flush } = groupCommit(async (lines) => {
    // Before the lines, as what is held may be ahead of what is written, but never behind it.
    if (isGrown()) await compact();
    await file.append(lines);
  });

  const forget = (key: string): void => {
    size.alive -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
    leave(journalLine('-', key));
  };
  return {
    isKept: true,
    // A cast: nobody else has written the file.
    entries: () => [...entries].map(([key, { value }]) => [key, value as Value] as const),
    put: async (key, value) => {
      if (closed) throw new NotKept(`${path} is closed`);
      const line = journalLine('+', key, value);
      const bytes = Buffer.byteLength(line);
      entries.set(key, { value, bytes });
      size.alive += bytes;
      await commit(line).catch((cause: unknown) => {
        if (entries.has(key)) forget(key);
        throw new NotKept(`${path} cannot be written (${String(cause)})`, { cause });
      });
    },
    amend: (key, change) => {
      const entry = entries.get(key);
      if (closed || entry === undefined) return;
      entry.value = { ...entry.value, ...change };
      leave(journalLine('~', key, change));
    },
    remove: (key) => {
      if (!closed && entries.has(key)) forget(key);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await flush();
      file.close();
    },
  };
};

const open = (path: string, report: Report): { file: AppendFile; entries: Replayed['entries'] } => {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT);
  const { entries, wholeBytes, unreadable } = replay(readFileSync(descriptor));
  ftruncateSync(descriptor, wholeBytes);
  if (unreadable > 0) report(`${path}: ${unreadable} lines are no lines of a journal and were left out.`);
  return { file: appendFile(descriptor, wholeBytes), entries };
};

/** The file in its place with what is held and no more. Entries may come and go meanwhile; their lines follow. */
const rewritten = async (path: string, entries: Replayed['entries']): Promise<AppendFile> => {
  const draft = `${path}.new`;
  const file = appendFile(openSync(draft, 'w'), 0);
  try {
    for (const chunk of chunksOf(entries)) await file.append(chunk);
    renameSync(draft, path);
    return file;
  } catch (error) {
    file.close();
    rmSync(draft, { force: true });
    throw error;
  }
};

function* chunksOf(entries: Replayed['entries']): Generator<string> {
  let chunk = '';
  for (const [key, { value }] of entries) {
    chunk += journalLine('+', key, value);
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}
