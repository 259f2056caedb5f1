import { CommanderError, InvalidArgumentError, type Command } from 'commander';

/** Exit code for what the user got wrong: a flag, a port, a setting. */
export const usageError = 2;

/** A number within limits, for commander; `whole` if it must be a whole one. */
export const numberWithin =
  (min: number, max: number, { whole = true } = {}) =>
  (text: string): number => {
    const value = Number(text);
    const isRight = text.trim() !== '' && value >= min && value <= max && (!whole || Number.isInteger(value));
    if (isRight) return value;
    throw new InvalidArgumentError(`Expected a ${whole ? 'whole number' : 'number'} from ${min} to ${max}.`);
  };

/**
 * Parses the command line. Undefined, with the exit code set, when there is nothing to run: `--help` was asked for, or
 * something is wrong and has been said in one sentence.
 */
export const parsed = (command: Command, args: readonly string[]): boolean => {
  command
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({
      outputError: (text, write) => write(`${text.trim().replace(/\.?$/, '.')} See --help.\n`),
    });
  try {
    command.parse(args, { from: 'user' });
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : usageError;
    return false;
  }
};

/** Whether an error was made for the user to read: it has a code and a sentence. */
export const isForUser = (error: unknown): error is Error & { code: string } =>
  error instanceof Error &&
  ['TwinError', 'SettingsError', 'DashboardError', 'DevicesError'].includes(error.name);
