import { InvalidArgumentError } from 'commander';

import { isName } from '../fanout/names.ts';

/** Devices that one process holds at 1 reading a second each with its timers on time: on two cores, beside its broker. */
export const devicesPerWorker = 5_000;
const maxDevices = 20_000;
const maxWorkers = 64;

/**
 * Readings per second that one process is asked for at most, over all devices: more than mqtt.js can acknowledge on a
 * laptop that runs the broker as well.
 */
export const ratePerWorker = 20_000;

const numberBetween =
  (what: string, from: number, to: number, pattern: RegExp) =>
  (text: string): number => {
    const value = Number(text);
    if (!pattern.test(text) || value < from || value > to) {
      throw new InvalidArgumentError(`Give ${what} from ${from} to ${to}.`);
    }
    return value;
  };

const whole = /^\d+$/;
const decimal = /^\d*\.?\d+$/;

export const parseDevices = numberBetween('a whole number', 1, maxDevices, whole);
export const parseRate = numberBetween('a number of readings per second', 0.01, 100, decimal);
export const parseDuration = numberBetween('a number of seconds', 0.1, 604_800, decimal);
export const parseBoot = numberBetween('a whole number', 0, Number.MAX_SAFE_INTEGER, whole);
export const parseWorkers = numberBetween('a whole number of processes', 1, maxWorkers, whole);

const namesFor =
  (example: string) =>
  (text: string): readonly string[] => {
    const names = [...new Set(text.split(',').map((part) => part.trim()))];
    if (names.every(isName)) return names;
    throw new InvalidArgumentError(`Give names by commas, of letters, digits, ":", "_" and "-": ${example}.`);
  };

/** Region names by commas. Throws InvalidArgumentError for names that could not stand in a topic. */
export const parseRegions = namesFor('eu-west,us-east');
const parseModelNames = namesFor('pump,thermostat');

/** Types of models, by commas or one a time. */
export const addModels = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...parseModelNames(text),
];

/** What goes before device names, which may have 128 characters in all; nothing is allowed. */
export const parseIdPrefix = (text: string): string => {
  if (text === '' || (isName(text) && text.length <= 64)) return text;
  throw new InvalidArgumentError('Give up to 64 letters, digits, ":", "_" and "-": lab2-.');
};
