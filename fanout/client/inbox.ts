import { byAge, nameOf } from '../newest.ts';
import type { Frame, FrameOf, SensorUpdate, SnapshotDevice } from '../protocol.ts';
import type { ClientEvents, Update } from './clientTypes.ts';
import type { ClientClock } from './clock.ts';
import { covers, isPlain, type Held } from './held.ts';
import type { Hole } from './holes.ts';
import type { Emit } from './listeners.ts';
import { Order } from './order.ts';
import { seenNames } from './seen.ts';
import type { Session } from './session.ts';

/** A resumption brings back up to 5,000 readings of each subscription, those of its last 15 s once more. */
const rememberedReadings = 50_000;
const rememberedNotes = 1_000;
/** How many updates are held back for subscriptions that catch up, and kept of a snapshot. */
const heldBack = 20_000;

/** A wire update as the application gets it. */
const toUpdate = (
  { type: _, ...update }: SensorUpdate,
  source: Update['source'],
  subscriptions: readonly string[],
): Update => ({ type: 'sensor_update', ...update, source, subscriptions });

const fromSnapshot = (
  { deviceId, region, deviceType, latest }: SnapshotDevice,
  sentAt: number,
): SensorUpdate => ({
  type: 'sensor_update',
  deviceId,
  region,
  ...(deviceType === undefined ? {} : { deviceType }),
  sentAt,
  ...latest,
});

type From = Pick<Session, 'isCatchingUp' | 'server'>;

/**
 * Makes updates of frames: each reading once, for the subscriptions it belongs to, in order. An update that is only for
 * subscriptions which catch up is held back until one of them is live, since older ones may follow.
 */
export class Inbox {
  readonly #held: ReadonlyMap<string, Held>;
  readonly #emit: Emit<ClientEvents>;
  readonly #order: Order;
  readonly #readings = seenNames(rememberedReadings);
  readonly #notices = seenNames(rememberedNotes);
  /** Those under way, of each connection by subscription. */
  readonly #snapshots = new WeakMap<From, Map<string, Update[]>>();
  #back: Update[] = [];

  constructor({
    held,
    clock,
    emit,
    missing,
  }: {
    held: ReadonlyMap<string, Held>;
    clock: ClientClock;
    emit: Emit<ClientEvents>;
    missing: (deviceId: string, hole: Hole) => void;
  }) {
    this.#held = held;
    this.#emit = emit;
    this.#order = new Order({
      clock,
      wholeFrom: (update) => this.#wholeFrom(update),
      isLive: (update) => this.#plainFor(update).some(({ live }) => live.isOpen()),
      emit: (update) => emit('update', update),
      missing,
    });
  }

  latest(deviceId: string): Update | undefined {
    return this.#order.newest(deviceId);
  }

  /** @param own Whether it came on the connection that counts, or on the one that is to take its place. */
  take(frame: Frame, from: From, own: boolean): void {
    switch (frame.type) {
      case 'sensor_update':
        this.#receive(frame, from, false);
        break;
      case 'sensor_batch':
        for (const update of frame.updates) this.#receive(update, from, true);
        break;
      case 'subscribed':
        this.#snapshotsOf(from).delete(frame.id);
        break;
      case 'snapshot':
        this.#snapshot(frame, from);
        break;
      case 'snapshot_end':
        this.#endSnapshot(frame, from, own);
        break;
      case 'device_status':
        this.#status(frame);
        break;
      case 'note':
        this.#note(frame);
        break;
      default:
    }
  }

  /** Readings looked up afterwards. How many of them are news. */
  add(updates: readonly SensorUpdate[]): number {
    return updates.filter((update) => {
      const subscriptions = this.#idsOf(update);
      if (subscriptions.length === 0 || !this.#readings.add(nameOf(update))) return false;
      this.#order.add(toUpdate(update, 'replay', subscriptions));
      return true;
    }).length;
  }

  /** A subscription misses nothing from now on: hands out, oldest first, what was held back for it. */
  settle(held: Held): void {
    held.wholeFrom ??= this.#order.handedOut;
    this.#release();
    this.#order.settle(held.id);
  }

  /** Something else than a `live` changed: lets go of what waits for nothing, or belongs to nobody, any more. */
  review(): void {
    this.#release();
  }

  close(): void {
    this.#order.close();
  }

  #idsOf(update: SensorUpdate): string[] {
    return [...this.#held.values()].filter((held) => covers(held, update)).map(({ id }) => id);
  }

  #plainFor(update: SensorUpdate): Held[] {
    return [...this.#held.values()].filter((held) => isPlain(held) && covers(held, update));
  }

  #wholeFrom(update: Update): number | undefined {
    const from = this.#plainFor(update).flatMap(({ wholeFrom }) => wholeFrom ?? []);
    return from.length === 0 ? undefined : Math.min(...from);
  }

  #receive(received: SensorUpdate, from: From, batch: boolean): void {
    const subscriptions = this.#idsOf(received);
    // Left unknown, so that it counts when it comes for a subscription.
    if (subscriptions.length === 0) return;
    // A fold has the name of its newest reading, which may have come alone: the others have not.
    if (!this.#readings.add(nameOf(received), received.folded?.count)) return;
    const replayed = batch && subscriptions.some((id) => from.isCatchingUp(id));
    const update = toUpdate(received, replayed ? 'replay' : 'live', subscriptions);
    if (!this.#mustWait(update)) this.#order.add(update);
    else if (this.#back.push(update) > heldBack) this.#release(true);
  }

  #mustWait(update: Update): boolean {
    const isLive = (id: string): boolean => this.#held.get(id)?.live.isOpen() ?? false;
    if (update.subscriptions.every(isLive)) return false;
    return !this.#plainFor(update).some(({ live }) => live.isOpen());
  }

  #release(all = false): void {
    const back = this.#back;
    this.#back = [];
    const due: Update[] = [];
    for (const update of back) {
      const subscriptions = this.#idsOf(update);
      if (subscriptions.length === 0) this.#readings.forget(nameOf(update));
      else if (!all && this.#mustWait({ ...update, subscriptions })) this.#back.push(update);
      else due.push({ ...update, subscriptions });
    }
    for (const updates of byDevice(due)) updates.sort(byAge).forEach((update) => this.#order.add(update));
  }

  #snapshot({ id, devices }: FrameOf<'snapshot'>, from: From): void {
    if (!this.#held.has(id)) return;
    const snapshots = this.#snapshotsOf(from);
    const updates = snapshots.get(id) ?? [];
    snapshots.set(id, updates);
    for (const device of devices) {
      const reading = fromSnapshot(device, from.server.now());
      const update = toUpdate(reading, 'snapshot', [...new Set([id, ...this.#idsOf(reading)])]);
      if (updates.length < heldBack) updates.push(update);
      if (this.#readings.add(nameOf(reading))) this.#order.add(update);
      const { online, lastSeen, latest: __, ...who } = device;
      if (online !== undefined) this.#emit('status', { ...who, online, at: lastSeen });
    }
  }

  #endSnapshot({ id, devices }: FrameOf<'snapshot_end'>, from: From, own: boolean): void {
    const snapshots = this.#snapshotsOf(from);
    const updates = snapshots.get(id) ?? [];
    snapshots.delete(id);
    const held = this.#held.get(id);
    if (held === undefined) return;
    // The other connection may be the only one that gets so far with it.
    if (own || !held.live.isOpen()) this.#emit('snapshot', { id, devices, updates });
  }

  #snapshotsOf(from: From): Map<string, Update[]> {
    const snapshots = this.#snapshots.get(from) ?? new Map<string, Update[]>();
    this.#snapshots.set(from, snapshots);
    return snapshots;
  }

  #status({ type: _, ...status }: FrameOf<'device_status'>): void {
    if (this.#notices.add(`status ${status.deviceId} ${status.online} ${status.at}`))
      this.#emit('status', status);
  }

  #note({ type: _, ...note }: FrameOf<'note'>): void {
    if (this.#notices.add(`note ${JSON.stringify(note)}`)) this.#emit('note', note);
  }
}

const byDevice = (updates: readonly Update[]): Update[][] => {
  const groups = new Map<string, Update[]>();
  for (const update of updates) {
    const group = groups.get(update.deviceId);
    if (group === undefined) groups.set(update.deviceId, [update]);
    else group.push(update);
  }
  return [...groups.values()];
};
