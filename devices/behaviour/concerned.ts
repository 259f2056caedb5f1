import { seedOf } from '../models/noise.ts';
import type { Whom } from './behaviour.ts';

type Named = { readonly id: string; readonly region: string; readonly type: string };

const isAmong = (names: readonly string[] | undefined, name: string): boolean =>
  names === undefined || names.includes(name);

/** The ids of the devices that `whom` means. The same seed and fleet always mean the same ones. */
export const concerned = (
  fleet: readonly Named[],
  { share = 1, regions, types, devices }: Whom,
  seed: string,
): ReadonlySet<string> => {
  const candidates = fleet
    .filter(
      ({ id, region, type }) => isAmong(regions, region) && isAmong(types, type) && isAmong(devices, id),
    )
    .map(({ id }) => ({ id, rank: seedOf(`${seed}/${id}`) }));
  const count = Math.min(candidates.length, Math.max(1, Math.round(share * candidates.length)));
  // By rank and not by a chance each: 10 % of 24 devices are 2, not sometimes none.
  const drawn = candidates.sort((a, b) => a.rank - b.rank).slice(0, count);
  return new Set(drawn.map(({ id }) => id));
};
