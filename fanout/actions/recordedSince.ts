import pLimit from 'p-limit';
import { maySee } from '../grants.ts';
import { bytesOf } from '../bytesOf.ts';
import { limits } from '../limits.ts';
import type { Devices, Readings, Recorded, Subscription } from '../ports.ts';
import { recordingMs } from '../recordingMs.ts';
import { keysOf, targetOf } from '../target.ts';
import { couldSee } from './couldSee.ts';

export type HistoryPorts = {
  devices: Pick<Devices, 'inTarget' | 'get'>;
  readings: Pick<Readings, 'of' | 'retentionMs'>;
  /** Epoch ms. */
  now: () => number;
};

/** Histories read at once. */
const concurrency = 32;

/** Readings asked for at once. */
const pageSize = 250;

/** Readings read in vain, since the grants do not cover them. */
const mostHidden = 20_000;

/** Of the readings that are replayed, as JSON: a function holds them all at once. */
const mostBytes = 8 * 1024 * 1024;

/** A device to be asked for its readings; `covered`: by the grants, as far as its newest reading tells. */
type Candidate = { deviceId: string; covered: boolean };

/** A device that was named is asked for whether or not it exists, so that the two look the same. */
const candidates = async (
  devices: HistoryPorts['devices'],
  { target: key, grants }: Pick<Subscription, 'target' | 'grants'>,
  from: number,
): Promise<Candidate[]> => {
  const target = targetOf(key);
  const ids = (await devices.inTarget(target)).filter((deviceId) => couldSee(grants, target, deviceId));
  const known = await devices.get(ids);
  if ('device' in target) {
    const who = known[0]?.latest ?? { deviceId: target.device, region: '' };
    return [{ deviceId: target.device, covered: maySee(grants, who) }];
  }
  return known
    .filter(({ recordedAt }) => recordedAt >= from)
    .map(({ deviceId, latest }) => ({ deviceId, covered: maySee(grants, latest) }));
};

/**
 * What a subscription's viewer may see of what was recorded from `from` on (epoch ms), by device, each in the order of
 * recording. Every reading is checked by itself. Undefined where not all of it can be told: more than
 * `limits.replayedReadings`, counted before any `where`, or 8 MB of them; or very many that the grants do not cover.
 *
 * @param resuming Then a named device that the grants do not cover as of now gives undefined too, whether or not it
 * exists: what it said elsewhere is not looked for, and to say that there was nothing would be a guess.
 */
export const recordedSince =
  ({ devices, readings, now }: HistoryPorts) =>
  async (
    { target, grants }: Pick<Subscription, 'target' | 'grants'>,
    { from, resuming }: { from: number; resuming: boolean },
  ): Promise<Recorded[][] | undefined> => {
    const range = { from, to: now() + recordingMs, limit: pageSize };
    const isShown = ({ reading }: Recorded): boolean =>
      keysOf(reading).includes(target) && maySee(grants, reading);
    const left = { readings: limits.replayedReadings as number, hidden: mostHidden, bytes: mostBytes };
    const isTooMuch = (): boolean => left.readings < 0 || left.hidden < 0 || left.bytes < 0;

    const isNamed = target.startsWith('device#');
    const historyOf = async ({ deviceId, covered }: Candidate): Promise<Recorded[]> => {
      const shown: Recorded[] = [];
      let after: string | undefined;
      while (!isTooMuch()) {
        const page = await readings.of(deviceId, { ...range, ...(after === undefined ? {} : { after }) });
        const news = page.filter(isShown);
        shown.push(...news);
        left.readings -= news.length;
        left.hidden -= page.length - news.length;
        left.bytes -= news.reduce((sum, { reading }) => sum + bytesOf(reading), 0);
        after = page.at(-1)?.position;
        // Of a hidden device no more than of one that does not exist; what it sent since the row is less than a page.
        if (page.length < pageSize || (isNamed && !covered)) break;
      }
      return shown;
    };

    const all = await candidates(devices, { target, grants }, from);
    if (resuming && isNamed && !all.every(({ covered }) => covered)) return undefined;
    const found = await pLimit(concurrency).map(all, historyOf);
    return isTooMuch() ? undefined : found;
  };
