import { Command, CommanderError } from 'commander';

import { DevicesError } from './devicesError.ts';
import type { Screen } from './screen.ts';
import { listModelsCommand } from './listModelsCommand.ts';
import { provisionCommand } from './provisionCommand.ts';
import { scenarioCommand } from './scenarioCommand.ts';
import { replayCommand } from './replayCommand.ts';
import { simulateCommand } from './simulateCommand.ts';

export type Io = {
  readonly out: Screen;
  readonly err: Screen;
  readonly signal: AbortSignal;
};

/** Every command, a line each. */
const commandsOf = (io: Io): readonly Command[] => [
  simulateCommand(io),
  scenarioCommand(io),
  provisionCommand(io.out, io.signal),
  listModelsCommand(io.out),
  replayCommand(io),
];

/** `error: unknown option '--rat'\n(Did you mean --rate?)` as one line that says what to do. */
const sentence = (text: string, help: string): string => {
  const told = text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ');
  const ended = /[.)?]$/.test(told) ? told : `${told}.`;
  return `${ended} See npm run devices -- ${help}--help\n`;
};

const programOf = (io: Io, args: readonly string[]): Command => {
  const commands = commandsOf(io);
  const command = commands.find((each) => each.name() === args[0]);
  const help = command === undefined ? '' : `${command.name()} `;
  const program = new Command('devices')
    .description('Simulated devices for Fieldcast.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: (text) => io.err.write(text),
      outputError: (text, write) => write(sentence(text, help)),
    });
  for (const each of commands) program.addCommand(each.copyInheritedSettings(program));
  return program;
};

/** The exit code of each error; of all others 1. */
const exitCodes: Partial<Record<DevicesError['code'], number>> = {
  bad_usage: 2,
  bad_file: 2,
  partial_failure: 3,
};

const exitCodeOf = (error: unknown, err: Screen): number => {
  // Commander has already printed its own, and has 0 for --help and 1 for every mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof DevicesError)) throw error;
  err.write(`${error.message}\n`);
  return exitCodes[error.code] ?? 1;
};

/**
 * Runs the command line `args` (without node and script) and resolves with the exit code. 0: all well, also when stopped by
 * the signal. 1: the broker, AWS or the twin could not be reached, or an expectation failed. 2: bad usage or a bad file.
 * 3: it ran, but not everything was acknowledged. Other errors are bugs and thrown.
 */
export const runProgram = async (args: readonly string[], io: Io): Promise<number> => {
  try {
    await programOf(io, args).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return exitCodeOf(error, io.err);
  }
};
