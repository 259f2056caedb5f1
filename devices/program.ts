import { Command, CommanderError } from 'commander';

import { DevicesError } from './devicesError.ts';
import type { Screen } from './display.ts';
import { simulateCommand } from './simulateCommand.ts';

export type Io = {
  readonly out: Screen;
  readonly err: Screen;
  readonly signal: AbortSignal;
};

/** `error: unknown option '--rat'\n(Did you mean --rate?)` as one line that says what to do. */
const sentence = (text: string): string => {
  const told = text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ');
  const ended = /[.)?]$/.test(told) ? told : `${told}.`;
  return `${ended} See npm run devices -- simulate --help\n`;
};

const commands = ({ out, err, signal }: Io): Command => {
  const program = new Command('devices')
    .description('Simulated devices for Fieldcast.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      outputError: (text, write) => write(sentence(text)),
    });
  return program.addCommand(simulateCommand(out, signal).copyInheritedSettings(program));
};

/** 0: done, also when stopped by the signal. 1: the broker could not be reached. 2: bad usage. Other errors are bugs and thrown. */
const exitCodeOf = (error: unknown, err: Screen): number => {
  // Commander has already printed its own, and has 0 for --help and 1 for every mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof DevicesError)) throw error;
  err.write(`${error.message}\n`);
  return error.code === 'bad_usage' || error.code === 'bad_file' ? 2 : 1;
};

/** Runs the command line `args` (without node and script) and resolves with the exit code. */
export const runProgram = async (args: readonly string[], io: Io): Promise<number> => {
  try {
    await commands(io).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return exitCodeOf(error, io.err);
  }
};
