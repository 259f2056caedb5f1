import type { Reading } from './reading.ts';
import type { Target } from './target.ts';

/** What an object goes by: its kinds and names. */
export type Names = readonly (readonly [kind: string, name: string])[];

/** Every grant there is that covers something of these names, written out instead of matched. */
export const grantsCovering = (names: Names): Set<string> => {
  const all = new Set(['*']);
  for (const [kind, name] of names) {
    all.add(`${kind}:${name}`);
    for (let length = 0; length <= name.length; length += 1) all.add(`${kind}:${name.slice(0, length)}*`);
  }
  return all;
};

export const namesOf = ({
  deviceId,
  region,
  deviceType,
}: Pick<Reading, 'deviceId' | 'region' | 'deviceType'>): Names => [
  ['device', deviceId],
  ['region', region],
  ...(deviceType === undefined ? [] : [['type', deviceType] as const]),
];

/** What the whole of a target goes by; `device`: where a targeted device is known to be. */
export const namesOfTarget = (to: Target, device: Reading | undefined): Names =>
  'device' in to && device !== undefined ? namesOf(device) : Object.entries(to);

export const isCovered = (grants: readonly string[], names: Names): boolean => {
  const covering = grantsCovering(names);
  return grants.some((grant) => covering.has(grant));
};
