import { runProgram } from './program.ts';

const stop = new AbortController();
// A second signal changes nothing: stopping takes 1.5 s at most.
process.on('SIGINT', () => stop.abort());
process.on('SIGTERM', () => stop.abort());
// Whoever read our output has gone (`| head -1`): nobody is left to report to.
process.stdout.on('error', () => stop.abort());

process.exitCode = await runProgram(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  signal: stop.signal,
});
