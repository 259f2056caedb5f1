import {
  keyOf,
  type Device,
  type Entries,
  type InnerHop,
  type Ledger,
  type Name,
  type Told,
  type Viewer,
} from './entries.ts';

export type Attempted = Entries['attempted'];
export type Applied = Entries['applied'];

/** All that one viewer had. */
export type ViewerIndex = {
  readonly viewer: Viewer;
  /** When each reading was first posted to it with success, epoch ms. */
  readonly posted: ReadonlyMap<string, number>;
  readonly received: ReadonlyMap<string, number>;
  /** In the order in which they were handed out. */
  readonly applied: readonly Applied[];
  /** The first of each reading. */
  readonly appliedFirst: ReadonlyMap<string, Applied>;
  readonly told: readonly Told[];
  /** When each subscription was first live, epoch ms. */
  readonly liveAt: ReadonlyMap<string, number>;
};

/** A ledger, by reading and by viewer. */
export type Index = {
  readonly ledger: Ledger;
  readonly attempted: ReadonlyMap<string, Attempted>;
  readonly acknowledged: ReadonlySet<string>;
  /** What devices gave up. */
  readonly discarded: ReadonlySet<string>;
  /** When the rules engine first had it, epoch ms; where that is unseen, when it was acknowledged. */
  readonly published: ReadonlyMap<string, number>;
  /** When a reading last came past, to be handed on or posted to anybody: it came again if it was tried again. Epoch ms. */
  readonly lastSeen: ReadonlyMap<string, number>;
  /** By device, what it wanted to publish, in that order. */
  readonly byDevice: ReadonlyMap<string, readonly Attempted[]>;
  readonly viewers: readonly ViewerIndex[];
  /** Whose a connection is. */
  readonly viewerOf: ReadonlyMap<string, string>;
};

export const groupBy = <T>(all: readonly T[], of: (one: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(of(one));
    if (group === undefined) groups.set(of(one), [one]);
    else group.push(one);
  }
  return groups;
};

const firsts = <T extends Name>(all: readonly T[]): Map<string, T> => {
  const found = new Map<string, T>();
  for (const one of all) if (!found.has(keyOf(one))) found.set(keyOf(one), one);
  return found;
};

const firstTimes = (all: readonly (Name & { at: number })[]): Map<string, number> =>
  new Map([...firsts(all)].map(([key, { at }]) => [key, at]));

const lastTimes = (all: readonly (Name & { at: number })[]): Map<string, number> => {
  const times = new Map<string, number>();
  for (const one of all) times.set(keyOf(one), Math.max(one.at, times.get(keyOf(one)) ?? 0));
  return times;
};

const firstLives = (told: readonly Told[]): Map<string, number> => {
  const lives = new Map<string, number>();
  for (const one of told) if (one.what === 'live' && !lives.has(one.id)) lives.set(one.id, one.at);
  return lives;
};

export const byAge = (a: Name, b: Name): number => a.boot - b.boot || a.seq - b.seq;

/** Whether nobody could write this hop down. */
export const isUnseen = ({ scene }: Pick<Ledger, 'scene'>, hop: InnerHop): boolean =>
  scene.unseen?.includes(hop) === true;

export const indexOf = (ledger: Ledger): Index => {
  const attempted = firsts(ledger.attempted);
  const viewerOf = new Map(
    ledger.told.flatMap((one) => (one.what === 'connected' ? [[one.connectionId, one.viewer] as const] : [])),
  );
  const published = isUnseen(ledger, 'published') ? ledger.acknowledged : ledger.published;
  const done = ledger.posted.filter(({ status }) => status === 200);
  const posted = groupBy(done, ({ connectionId }) => viewerOf.get(connectionId) ?? '');
  const received = groupBy(ledger.received, ({ viewer }) => viewer);
  const applied = groupBy(ledger.applied, ({ viewer }) => viewer);
  const told = groupBy(ledger.told, ({ viewer }) => viewer);
  const byDevice = groupBy([...attempted.values()], ({ deviceId }) => deviceId);
  for (const readings of byDevice.values()) readings.sort(byAge);
  return {
    ledger,
    attempted,
    acknowledged: new Set(ledger.acknowledged.map(keyOf)),
    discarded: new Set(ledger.discarded.map(keyOf)),
    published: firstTimes(published),
    lastSeen: lastTimes([...published, ...ledger.posted]),
    byDevice,
    viewers: ledger.scene.viewers.map((viewer) => ({
      viewer,
      posted: firstTimes(posted.get(viewer.viewer) ?? []),
      received: firstTimes(received.get(viewer.viewer) ?? []),
      applied: applied.get(viewer.viewer) ?? [],
      appliedFirst: firsts(applied.get(viewer.viewer) ?? []),
      told: told.get(viewer.viewer) ?? [],
      liveAt: firstLives(told.get(viewer.viewer) ?? []),
    })),
    viewerOf,
  };
};

/** A device by its id. */
export const deviceOf = ({ ledger }: Index, deviceId: string): Device | undefined =>
  ledger.scene.devices.find((device) => device.deviceId === deviceId);
