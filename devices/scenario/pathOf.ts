import { isUnseen, type ViewerIndex } from '../ledger/checkIndex.ts';
import { keyOf, type Name } from '../ledger/entries.ts';
import type { Pair } from '../ledger/checkPairs.ts';
import { classes, type Class } from '../ledger/verdict.ts';
import type { About, Facts } from './facts.ts';

/** One hop of a reading: when, or why there is no when. */
export type PathHop = {
  readonly hop: string;
  /** Epoch ms. */
  readonly at?: number;
  /** `never`, `unknown`, or what else there is to say of it. */
  readonly note?: string;
};

export type Path = {
  readonly name: Name;
  readonly viewer?: string | undefined;
  readonly region?: string | undefined;
  readonly type?: string | undefined;
  readonly phase?: string | undefined;
  /** What became of it for the viewer. */
  readonly became: string;
  /** The first hop that is known not to have had it, of one that was to go further. */
  readonly stoppedAt?: string | undefined;
  readonly hops: readonly PathHop[];
};

const isOf = (key: string) => (one: Name) => keyOf(one) === key;

/** @param unseen Nobody could write this hop down. */
const hopOf = (hop: string, at: number | undefined, note: string | undefined, unseen = false): PathHop => {
  if (unseen) return { hop, note: 'unknown' };
  if (at === undefined) return { hop, note: note === undefined ? 'never' : `never (${note})` };
  return { hop, at, ...(note === undefined ? {} : { note }) };
};

/** What posts of it to this viewer were answered with, where that was not 200: `429 3 times`. */
const refusals = ({ judgement }: Facts, key: string, viewer: string): string | undefined => {
  const { ledger, viewerOf } = judgement.index;
  const counts = new Map<number, number>();
  for (const one of ledger.posted)
    if (one.status !== 200 && keyOf(one) === key && viewerOf.get(one.connectionId) === viewer)
      counts.set(one.status, (counts.get(one.status) ?? 0) + 1);
  const parts = [...counts].map(([status, n]) => (n === 1 ? `once ${status}` : `${n} times ${status}`));
  return parts.length === 0 ? undefined : parts.join(', ');
};

const viewerHops = (facts: Facts, key: string, viewer: ViewerIndex): PathHop[] => {
  const { index } = facts.judgement;
  const received = index.ledger.received.find((one) => one.viewer === viewer.viewer.viewer && isOf(key)(one));
  const applied = viewer.appliedFirst.get(key);
  const how = applied?.source === 'live' ? undefined : applied?.source;
  return [
    hopOf(
      'posted',
      viewer.posted.get(key),
      refusals(facts, key, viewer.viewer.viewer),
      isUnseen(index.ledger, 'posted'),
    ),
    hopOf('received', received?.at, received?.frame === 'sensor_update' ? undefined : received?.frame),
    hopOf('applied', applied?.at, applied?.late === true ? 'late' : how),
  ];
};

const pairOf = ({ judgement }: Facts, { name, viewer }: About): Pair | undefined =>
  judgement.pairs.find((one) => one.viewer === viewer && isOf(keyOf(name))(one.reading));

const becameOf = (facts: Facts, about: About): string => {
  const pair = pairOf(facts, about);
  if (pair !== undefined) return `${pair.became}: ${classes[pair.became]}`;
  if (!facts.judgement.index.attempted.has(keyOf(about.name))) return 'no device published it';
  return about.viewer === undefined ? '' : 'nothing was owed to this viewer';
};

/** What became of a reading that got as far as it was to. */
const arrived: readonly Class[] = ['delivered', 'backFilled', 'folded', 'filtered'];

/** The first hop that is known not to have it; none where it was not to go further, or nobody published it. */
const stopOf = (facts: Facts, about: About, hops: readonly PathHop[]): string | undefined => {
  const became = pairOf(facts, about)?.became;
  const isAttempted = facts.judgement.index.attempted.has(keyOf(about.name));
  if (!isAttempted || (became !== undefined && arrived.includes(became))) return undefined;
  return hops.find(({ at, note }) => at === undefined && note !== 'unknown')?.hop;
};

/** Which way a reading went: hop by hop, and where it stopped. */
export const pathOf = (facts: Facts, about: About): Path => {
  const { index } = facts.judgement;
  const key = keyOf(about.name);
  const reading = index.attempted.get(key);
  const viewer = index.viewers.find((one) => one.viewer.viewer === about.viewer);
  const discarded = index.ledger.discarded.find(isOf(key));
  const hops = [
    hopOf('attempted', reading?.at, undefined),
    hopOf(
      'published',
      isUnseen(index.ledger, 'published') ? undefined : index.published.get(key),
      undefined,
      isUnseen(index.ledger, 'published'),
    ),
    hopOf('acknowledged', index.ledger.acknowledged.find(isOf(key))?.at, discarded?.why),
    ...(viewer === undefined ? [] : viewerHops(facts, key, viewer)),
  ];
  const { deviceId, boot, seq } = about.name;
  return {
    name: { deviceId, boot, seq },
    viewer: about.viewer,
    region: reading?.region,
    type: reading?.deviceType,
    phase: reading === undefined ? undefined : facts.phaseAt(reading.at),
    became: becameOf(facts, about),
    stoppedAt: stopOf(facts, about, hops),
    hops,
  };
};
