type Entry = { functionName: string; line: string };

type StructuredLine = { level?: unknown; message?: unknown };

const structured = (line: string): StructuredLine | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Keys that the logger adds to every line and that say nothing on a laptop. */
const noise = new Set(['level', 'message', 'timestamp', 'service', 'sampling_rate', 'xray_trace_id']);

/**
 * What a function's log line looks like to somebody at a terminal: `filter WARN message rejected {…}`. Lines below
 * WARN are left out (undefined) unless `verbose`; a line that is not structured is always shown, since it is a crash.
 */
export const functionLogLine = ({ functionName, line }: Entry, verbose: boolean): string | undefined => {
  // How an authorizer says 401 on AWS; the handler has logged why.
  if (line.includes('"errorMessage":"Unauthorized"')) return undefined;
  const entry = structured(line);
  if (entry === undefined || typeof entry.level !== 'string') return `${functionName}: ${line}`;
  if (!verbose && !['WARN', 'ERROR', 'CRITICAL'].includes(entry.level)) return undefined;
  const details = Object.fromEntries(Object.entries(entry).filter(([key]) => !noise.has(key)));
  const rest = Object.keys(details).length === 0 ? '' : ` ${JSON.stringify(details)}`;
  return `${functionName} ${entry.level} ${String(entry.message)}${rest}`;
};

/** The longest line at a terminal, in characters; a stack trace is in the verbose form. */
const mostCharacters = 400;

/** What a line says, whatever request, connection or number it says it of. */
const gistOf = (line: string): string => line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '').replace(/\d+/g, '#');

/**
 * What functions log, for somebody at a terminal: see {@link functionLogLine}. What is said again and again, as by a function
 * that fails at every try, is said once, and from then on counted: at 10, 100, 1,000 … times. With `verbose` all is said.
 */
export const functionLog = (say: (line: string) => void, verbose: boolean): ((entry: Entry) => void) => {
  const counts = new Map<string, number>();
  return (entry) => {
    const line = functionLogLine(entry, verbose);
    if (line === undefined) return;
    if (verbose) {
      say(line);
      return;
    }
    const gist = gistOf(line);
    const count = (counts.get(gist) ?? 0) + 1;
    if (counts.size < 1_000 || counts.has(gist)) counts.set(gist, count);
    const short =
      line.length > mostCharacters ? `${line.slice(0, mostCharacters)} … (all of it with --verbose)` : line;
    if (count === 1) say(short);
    else if (/^10+$/.test(String(count))) say(`${short} (${count} times so far)`);
  };
};
