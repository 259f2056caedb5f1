import { CommanderError } from 'commander';
import { wishText } from './events.ts';
import { linesView } from './lines.ts';
import { targetsOf, watchCommand, type Options } from './options.ts';
import { wantsColour } from './screen.ts';
import { findSource } from './source.ts';
import { tableView } from './tableView.ts';
import type { Output } from './view.ts';
import { watch } from './watch.ts';
import { WatchError } from './watchError.ts';

export type Io = {
  readonly out: Output;
  readonly err: Pick<Output, 'write'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the user wants no more. */
  readonly signal: AbortSignal;
  /** Epoch ms. */
  readonly now: () => number;
};

const exitCodes: Record<WatchError['code'], number> = { bad_usage: 2, unreachable: 1, refused: 1 };

/** `error: unknown option '--rat'\n(Did you mean --rate?)` as one line that says what to do. */
const sentence = (text: string): string => {
  const told = text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ');
  return `${/[.)?]$/.test(told) ? told : `${told}.`} See npm run watch -- --help\n`;
};

const optionsFrom = (args: readonly string[], { out, err, now }: Io): Options =>
  watchCommand(now())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void out.write(text),
      writeErr: (text) => void err.write(text),
      outputError: (text, write) => write(sentence(text)),
    })
    .parse(args, { from: 'user' })
    .opts<Options>();

/** Whether the output is a terminal on which one can draw. */
const isScreen = ({ out, env }: Io, { json }: Options): boolean =>
  out.isTTY === true && json !== true && env['TERM'] !== 'dumb';

const run = async (args: readonly string[], io: Io): Promise<void> => {
  const options = optionsFrom(args, io);
  const targets = targetsOf(options);
  const source = await findSource(options);
  const view = isScreen(io, options)
    ? tableView(io.out, { title: wishText(targets, options), colour: wantsColour(io.env), now: io.now })
    : linesView(io.out, io.err, io.signal);
  await watch({ source, view, signal: io.signal }, targets, options);
};

/**
 * Runs the command line `args` (without node and script) and resolves with the exit code. 0: stopped by the signal. 1: the
 * server cannot be reached or lets nobody in. 2: bad usage. Other errors are bugs and thrown.
 */
export const runProgram = async (args: readonly string[], io: Io): Promise<number> => {
  try {
    await run(args, io);
    return 0;
  } catch (error) {
    // Commander has already printed its own, and has 0 for --help and 1 for every mistake.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.bad_usage;
    if (!(error instanceof WatchError)) throw error;
    io.err.write(`${error.message}\n`);
    return exitCodes[error.code];
  }
};
