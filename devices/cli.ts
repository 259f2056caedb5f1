import { runProgram } from './program.ts';

const stop = new AbortController();
const onSignal = (): void => {
  if (stop.signal.aborted) process.exit(1); // Asked twice: at once, then.
  stop.abort();
};
process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
// Whoever read our output has gone (`| head -1`): nobody is left to report to.
process.stdout.on('error', () => stop.abort());

process.exitCode = await runProgram(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  signal: stop.signal,
});

// A broker that does not answer keeps sockets open; the summary is out, so they are cut.
setTimeout(() => process.exit(), 500).unref();
