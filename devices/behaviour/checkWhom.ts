import { DevicesError } from '../devicesError.ts';
import type { Behaviour } from './behaviour.ts';
import { concerned } from './concerned.ts';

type Named = Parameters<typeof concerned>[0][number];

/** So many names are told. */
const mostNames = 8;

const some = (names: readonly string[]): string => {
  const all = [...new Set(names)];
  return all.length > mostNames ? `${all.slice(0, mostNames).join(', ')}, ...` : all.join(', ');
};

const there = (fleet: readonly Named[]): string =>
  [
    `regions ${some(fleet.map(({ region }) => region))}`,
    `types ${some(fleet.map(({ type }) => type))}`,
    `devices ${some(fleet.map(({ id }) => id))}`,
  ].join('; ');

/** Throws DevicesError `bad_usage` for a behaviour that concerns no device of the fleet: it would do nothing. */
export const checkWhom = (fleet: readonly Named[], behaviours: readonly Behaviour[]): void => {
  for (const { kind, whom = {} } of behaviours) {
    if (concerned(fleet, whom, '').size > 0) continue;
    throw new DevicesError('bad_usage', `--${kind} concerns no device. There are ${there(fleet)}.`);
  }
};
