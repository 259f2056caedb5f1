import pLimit from 'p-limit';
import { maySee, type Grant } from '../grants.ts';
import { limits } from '../limits.ts';
import type { Devices, Readings, Recorded, Subscription } from '../ports.ts';
import { keysOf, targetOf, type Target } from '../target.ts';

export type HistoryPorts = {
  devices: Pick<Devices, 'inTarget' | 'get'>;
  readings: Pick<Readings, 'of' | 'retentionMs'>;
  /** Epoch ms. */
  now: () => number;
};

/** The clocks of two invocations differ by less than this, and a reading is recorded in less. */
export const clockSkewMs = 1_000;

/** Histories read at once. */
const concurrency = 32;

/** Readings asked for at once. */
const pageSize = 250;

/** A device to be asked for its readings; `covered`: by the grants, as far as its newest reading tells. */
type Candidate = { deviceId: string; covered: boolean };

/**
 * Whether a reading of this device that is of the target could be covered. By a type grant a region's reading could be
 * whatever the device is, and the other way round: devices move, and what they said before is still theirs.
 */
const couldSee = (grants: readonly Grant[], target: Target, deviceId: string): boolean => {
  if ('device' in target) return true;
  if ('region' in target)
    return grants.some((grant) => grant.startsWith('type:')) || maySee(grants, { deviceId, ...target });
  return (
    grants.some((grant) => grant.startsWith('region:')) ||
    maySee(grants, { deviceId, region: '', deviceType: target.type })
  );
};

/** A device that was named is asked for whether or not it exists, so that the two look the same. */
const candidates = async (
  devices: HistoryPorts['devices'],
  { target: key, grants }: Pick<Subscription, 'target' | 'grants'>,
  from: number,
): Promise<Candidate[]> => {
  const target = targetOf(key);
  const known = await devices.get(await devices.inTarget(target));
  const found = known
    .filter(({ deviceId, recordedAt }) => recordedAt >= from && couldSee(grants, target, deviceId))
    .map(({ deviceId, latest }) => ({ deviceId, covered: maySee(grants, latest) }));
  const [named] = found;
  return 'device' in target ? [named ?? { deviceId: target.device, covered: false }] : found;
};

/**
 * What a subscription's viewer may see of what was recorded from `from` on (epoch ms), by device, each in the order of
 * recording. Undefined as soon as it is more than `limits.replayedReadings`, counted before any `where`. Every reading
 * is checked by itself. A device that the grants do not cover now is given up after a page without anything for them.
 */
export const recordedSince =
  ({ devices, readings, now }: HistoryPorts) =>
  async (
    { target, grants }: Pick<Subscription, 'target' | 'grants'>,
    from: number,
  ): Promise<Recorded[][] | undefined> => {
    const range = { from, to: now() + clockSkewMs, limit: pageSize };
    const isShown = ({ reading }: Recorded): boolean =>
      keysOf(reading).includes(target) && maySee(grants, reading);
    let left: number = limits.replayedReadings;

    const historyOf = async ({ deviceId, covered }: Candidate): Promise<Recorded[]> => {
      const shown: Recorded[] = [];
      let after: string | undefined;
      while (left >= 0) {
        const page = await readings.of(deviceId, { ...range, ...(after === undefined ? {} : { after }) });
        const news = page.filter(isShown);
        shown.push(...news);
        left -= news.length;
        after = page.at(-1)?.position;
        if (page.length < pageSize || (!covered && news.length === 0)) break;
      }
      return shown;
    };

    const found = await pLimit(concurrency).map(
      await candidates(devices, { target, grants }, from),
      historyOf,
    );
    return left < 0 ? undefined : found;
  };
