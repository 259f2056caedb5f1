import { runProgram } from './program.ts';

const stop = new AbortController();
const onSignal = (): void => {
  if (stop.signal.aborted) process.exit(1); // Asked twice: at once, then.
  stop.abort();
};
process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
// Whoever read our output has gone (`| head -3`): nobody is left to show anything to.
process.stdout.on('error', () => stop.abort());

const { stdin } = process;
if (stdin.isTTY && process.stdout.isTTY) {
  stdin.setRawMode(true); // Then Ctrl-C comes as a key.
  stdin.on('data', (keys) => /[qQ\u0003\u0004]/.test(keys.toString()) && onSignal());
}

process.exitCode = await runProgram(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  env: process.env,
  signal: stop.signal,
  now: Date.now,
});

if (stdin.isTTY) {
  stdin.setRawMode(false);
  stdin.pause();
}
// A server that does not answer keeps its socket open.
setTimeout(() => process.exit(), 500).unref();
