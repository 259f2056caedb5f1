import { InvalidArgumentError } from 'commander';

import { isName } from '../fanout/names.ts';

/**
 * Readings per second that one process is asked for at most, over all devices: more than mqtt.js can acknowledge on a
 * laptop that runs the broker as well.
 */
export const maxTotalRate = 20_000;

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

export const parseDevices = numberBetween('a whole number', 1, 5_000, whole);
export const parseRate = numberBetween('a number of readings per second', 0.01, 100, decimal);
export const parseDuration = numberBetween('a number of seconds', 0.1, 604_800, decimal);
export const parseBoot = numberBetween('a whole number', 0, Number.MAX_SAFE_INTEGER, whole);

/** Region names by commas. Throws InvalidArgumentError for names that could not stand in a topic. */
export const parseRegions = (text: string): readonly string[] => {
  const regions = [...new Set(text.split(',').map((part) => part.trim()))];
  if (!regions.every(isName)) {
    throw new InvalidArgumentError(
      'Give names by commas, of letters, digits, ":", "_" and "-": eu-west,us-east.',
    );
  }
  return regions;
};

/** A broker's url. Throws InvalidArgumentError for anything but `mqtt://host[:port]` and `mqtts://host[:port]`. */
export const parseBroker = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['mqtt:', 'mqtts:'].includes(url.protocol) || url.hostname === '') {
    throw new InvalidArgumentError('Give a url such as mqtt://127.0.0.1:1883.');
  }
  return text;
};
