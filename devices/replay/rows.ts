import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';

import { type CsvError, type Info, parse } from 'csv-parse';

/** One row of a recording. `line` counts from 1; `endsAt`: bytes of the file up to its end. */
export type Row = {
  readonly line: number;
  readonly endsAt: number;
  readonly values: Readonly<Record<string, unknown>>;
};

/** Called for a row that cannot be read. `reason` is a phrase. */
export type OnBadRow = (line: number, reason: string) => void;

export type Format = 'csv' | 'tsv' | 'ndjson';

/** What a row may have: AWS IoT Core takes payloads of 128 KB. */
const maxRowBytes = 128 * 1_024;

const tooLong = `is longer than ${maxRowBytes / 1_024} KB`;

const csvProblems: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_COLUMNS: 'has more or fewer cells than the header',
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'has more or fewer cells than the header',
  CSV_MAX_RECORD_SIZE: tooLong,
  CSV_QUOTE_NOT_CLOSED: 'has a quote that is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'has text after a closing quote',
  INVALID_OPENING_QUOTE: 'has a quote in the middle of a cell',
};

/** How a stray quote is told. Without it, the rest of the file would be one cell. */
const reasonOf = ({ code, message }: CsvError): string => csvProblems[code] ?? message;

type Source = { readonly path: string; readonly onBad: OnBadRow };

async function* csvRows(source: Source, delimiter: string): AsyncGenerator<Row> {
  const parser = parse({
    delimiter,
    columns: (header: string[]) => header.map((name) => name.trim()),
    bom: true,
    info: true,
    trim: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: maxRowBytes,
  });
  parser.on('skip', (error: CsvError | undefined) => {
    if (error !== undefined) source.onBad(Number(error['lines'] ?? 0), reasonOf(error));
  });
  // An error of the file destroys the parser, whose iteration then throws it; leaving early is none.
  pipeline(createReadStream(source.path), parser, () => undefined);
  // `info: true` makes each item a pair of these.
  for await (const item of parser as AsyncIterable<{ info: Info; record: Record<string, string> }>)
    yield { line: item.info.lines, endsAt: item.info.bytes, values: item.record };
}

/** Lines, those too long left out. A file without line breaks never takes more memory than one line. */
async function* linesOf(source: Source): AsyncGenerator<{ line: number; endsAt: number; text: string }> {
  const utf8 = new TextDecoder();
  let [line, endsAt, rest, isTooLong] = [1, 0, '', false];
  // A stream of bytes, as no encoding is asked for.
  for await (const chunk of createReadStream(source.path) as AsyncIterable<Buffer>) {
    const [first = '', ...others] = utf8.decode(chunk, { stream: true }).split('\n');
    rest = isTooLong ? '' : rest + first;
    let at = -1;
    for (const next of others) {
      at = chunk.indexOf('\n', at + 1);
      if (isTooLong || rest.length > maxRowBytes) source.onBad(line, tooLong);
      else yield { line, endsAt: endsAt + at + 1, text: rest };
      [line, rest, isTooLong] = [line + 1, next, false];
    }
    endsAt += chunk.length;
    isTooLong ||= rest.length > maxRowBytes;
  }
  if (isTooLong) source.onBad(line, tooLong);
  else yield { line, endsAt, text: rest + utf8.decode() };
}

const objectIn = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    // An object that is no list has text keys.
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};

async function* ndjsonRows(source: Source): AsyncGenerator<Row> {
  for await (const { line, endsAt, text } of linesOf(source)) {
    if (text.trim() === '') continue;
    const values = objectIn(text.replace(/^\uFEFF/, ''));
    if (values === undefined) source.onBad(line, 'is no JSON object');
    else yield { line, endsAt, values };
  }
}

/** The rows of a file, one after the other, never all of them in memory. Throws what the file system throws. */
export const rowsOf = (format: Format, source: Source): AsyncGenerator<Row> => {
  if (format === 'ndjson') return ndjsonRows(source);
  return csvRows(source, format === 'tsv' ? '\t' : ',');
};
