import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';

import { DevicesError } from '../devicesError.ts';
import { fileTrouble } from '../fileTrouble.ts';
import { type Mapping, type Recorded, mapRow, valueAt } from './mapping.ts';
import { type Format, type Row, rowsOf } from './rows.ts';

export type Recording = {
  /** Reads the file once more, from its start. */
  readings: () => AsyncGenerator<Recorded>;
  /** How much of the pass under way has been taken, 0 to 1: of the bytes from the first reading on. */
  share: () => number;
  readonly skipped: () => Skipped;
};

/** Rows that are no readings; those of the first pass. */
export type Skipped = { readonly rows: number; readonly first?: string | undefined };

export type RecordingPlan = {
  readonly path: string;
  /** Default: by the file's name, then by its first character. */
  readonly format?: Format | undefined;
  readonly mapping: Mapping;
  /** Epoch ms, inclusive: what was recorded before and after is left out. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

const badFile = (message: string): DevicesError => new DevicesError('bad_file', message);

const byName: readonly (readonly [RegExp, Format])[] = [
  [/\.csv$/i, 'csv'],
  [/\.tsv$/i, 'tsv'],
  [/\.(ndjson|jsonl)$/i, 'ndjson'],
];

/** Enough for what tells a text from something else. */
const startBytes = 1_024;

const startOf = async (path: string): Promise<string> => {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(startBytes), 0, startBytes, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
};

/** Characters that no text has, but images, archives and UTF-16 do. */

const noText = /[\0-\x08]/;

/** Throws DevicesError `bad_file` for what is no text. */
const formatOf = async (path: string): Promise<Format> => {
  const start = await startOf(path);
  if (noText.test(start)) throw badFile(`${basename(path)} is no text: give CSV, TSV or NDJSON in UTF-8.`);
  const named = byName.find(([ending]) => ending.test(path));
  if (named !== undefined) return named[1];
  return start
    .replace(/^\uFEFF/, '')
    .trimStart()
    .startsWith('{')
    ? 'ndjson'
    : 'csv';
};

/** Throws DevicesError for columns that were asked for and that a CSV file does not have. */
const checkColumns = (
  { values }: Row,
  path: string,
  { time, deviceColumn, regionColumn, fields }: Mapping,
): void => {
  const asked = [time, deviceColumn, regionColumn, ...(fields?.values() ?? [])];
  const missing = asked.find((column) => column !== undefined && valueAt(values, column) === undefined);
  if (missing === undefined) return;
  throw badFile(
    `${basename(path)} has no column "${missing}"; it has ${Object.keys(values).slice(0, 30).join(', ')}.`,
  );
};

/**
 * Opens a recording. It is read as a stream, whatever its size. Throws DevicesError `bad_file` if it cannot be read, or has
 * no row that is a reading.
 */
export const openRecording = async (plan: RecordingPlan): Promise<Recording> => {
  const { path, mapping, from = -Infinity, to = Infinity } = plan;
  const cannot = (error: unknown): DevicesError =>
    error instanceof DevicesError ? error : badFile(`Cannot read ${path}: ${fileTrouble(error)}.`);
  const about = await stat(path).catch((error: unknown) => {
    throw cannot(error);
  });
  if (!about.isFile()) throw badFile(`Cannot read ${path}: it is no file.`);
  const likely = await formatOf(path).catch((error: unknown): never => {
    throw cannot(error);
  });
  const format: Format = plan.format ?? likely;
  let [bytes, bytesBefore, outside, skippedRows, isFirstPass] = [0, 0, 0, 0, true];
  let firstBad: { readonly line: number; readonly reason: string } | undefined;
  const bad = (line: number, reason: string): void => {
    if (!isFirstPass) return;
    skippedRows += 1;
    // The CSV parser is ahead of the mapping: what it refuses may come before an earlier row that has no time.
    if (firstBad === undefined || line < firstBad.line) firstBad = { line, reason };
  };

  const firstText = (): string | undefined => firstBad && `line ${firstBad.line} ${firstBad.reason}`;

  async function* readings(): AsyncGenerator<Recorded> {
    bytes = 0;
    let isFirst = true;
    try {
      for await (const row of rowsOf(format, { path, onBad: bad })) {
        if (isFirst && format !== 'ndjson') checkColumns(row, path, mapping);
        isFirst = false;
        const result = mapRow(row, mapping);
        if (!result.ok) bad(row.line, result.reason);
        else if (result.reading.at >= from && result.reading.at <= to) yield result.reading;
        else outside += 1;
        // Only now: what was read ahead has not been played.
        bytes = row.endsAt;
      }
    } catch (error) {
      throw cannot(error);
    }
    [isFirstPass, bytes] = [false, about.size];
  }

  const firstPass = readings();
  const first = await firstPass.next();
  // Else its parser would read on, and count what is counted in the next pass.
  await firstPass.return(undefined);
  if (first.done === true) {
    const why = firstText();
    throw badFile(
      outside > 0
        ? `${basename(path)} has no reading between --from and --to; ${outside} are before or after.`
        : `${basename(path)} has no row that can be replayed${why === undefined ? '' : `: ${why}`}.`,
    );
  }
  [skippedRows, firstBad, isFirstPass, bytesBefore] = [0, undefined, true, bytes];
  return {
    readings,
    share: () => Math.min(1, Math.max(0, bytes - bytesBefore) / (about.size - bytesBefore)),
    skipped: () => ({ rows: skippedRows, first: firstText() }),
  };
};
