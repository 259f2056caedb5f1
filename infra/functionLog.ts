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
