import { byAge, isNewer } from '../newest.ts';
import type { Update } from './clientTypes.ts';
import { after, type ClientClock } from './clock.ts';
import { holeBetween, without, type Hole } from './holes.ts';

/** How long an update that jumps ahead waits for those before it, ms. */
export const patienceMs = 300;
/** How many devices are known at a time, and how many updates wait. */
const capacity = 20_000;

type Known = {
  newest: Update;
  /** How many updates had been handed out before it. */
  at: number;
  /** What was jumped over while no subscription was live: missing, unless the replay brings it. */
  holes: Hole[];
  /** What jumped ahead. */
  readonly waiting: Update[];
  cancel: () => void;
};

type Dependencies = {
  clock: ClientClock;
  /**
   * From which update on, as counted by `handedOut`, every reading of this one's device should have come; undefined
   * where readings may be left out on purpose.
   */
  wholeFrom: (update: Update) => number | undefined;
  /** Whether they come now; if not, what is missing is yet to come with a replay. */
  isLive: (update: Update) => boolean;
  emit: (update: Update) => void;
  /** These did not come, and will only by chance. */
  missing: (deviceId: string, hole: Hole) => void;
};

/**
 * Hands updates out in the order of their device's `boot` and `seq`. One that jumps ahead waits up to 300 ms for those
 * before it, where a hole would be a loss. One that comes after a newer one is marked `late`.
 */
export class Order {
  readonly #clock: ClientClock;
  readonly #wholeFrom: Dependencies['wholeFrom'];
  readonly #isLive: Dependencies['isLive'];
  readonly #emit: Dependencies['emit'];
  readonly #missing: Dependencies['missing'];
  /** The device heard of last comes last. */
  readonly #devices = new Map<string, Known>();
  readonly #suspects = new Set<string>();
  #waiting = 0;
  #handedOut = 0;

  constructor({ clock, wholeFrom, isLive, emit, missing }: Dependencies) {
    this.#clock = clock;
    this.#wholeFrom = wholeFrom;
    this.#isLive = isLive;
    this.#emit = emit;
    this.#missing = missing;
  }

  get handedOut(): number {
    return this.#handedOut;
  }

  newest(deviceId: string): Update | undefined {
    return this.#devices.get(deviceId)?.newest;
  }

  /** Hands an update out, at once or after those before it. */
  add(update: Update): void {
    const known = this.#devices.get(update.deviceId);
    if (known === undefined) this.#handOut(update);
    else if (update.source === 'snapshot') this.#jump(update, known);
    else if (known.waiting.length > 0) this.#join(update, known);
    else if (this.#holeBefore(update, known) === undefined || !this.#isLive(update))
      this.#jump(update, known);
    else this.#wait(update, known);
  }

  /** Tells what was jumped over and no replay brought, of the devices of this subscription. */
  settle(subscriptionId: string): void {
    for (const deviceId of this.#suspects) {
      const known = this.#devices.get(deviceId);
      if (known !== undefined && !known.newest.subscriptions.includes(subscriptionId)) continue;
      this.#suspects.delete(deviceId);
      known?.holes.splice(0).forEach((hole) => this.#missing(deviceId, hole));
    }
  }

  close(): void {
    for (const { cancel } of this.#devices.values()) cancel();
  }

  #holeBefore(update: Update, { newest, at }: Known): Hole | undefined {
    const wholeFrom = this.#wholeFrom(update);
    return wholeFrom !== undefined && at >= wholeFrom ? holeBetween(newest, update) : undefined;
  }

  /** Hands out what may jump over some: told at once where they come now, else when the replay has not brought them. */
  #jump(update: Update, known: Known): void {
    const hole = this.#holeBefore(update, known);
    const isLost = update.source !== 'snapshot' && this.#isLive(update);
    if (hole !== undefined && !isLost) {
      known.holes.push(hole);
      this.#suspects.add(update.deviceId);
    }
    this.#handOut(update);
    if (hole !== undefined && isLost) this.#missing(update.deviceId, hole);
  }

  #wait(update: Update, known: Known): void {
    known.waiting.push(update);
    known.cancel = after(this.#clock, patienceMs, () => this.#release(known));
    if (++this.#waiting > capacity) this.#release(known);
  }

  /** Whatever follows without a hole now goes out; the rest waits on. */
  #join(update: Update, known: Known): void {
    known.waiting.push(update);
    known.waiting.sort(byAge);
    this.#waiting++;
    for (let [next] = known.waiting; next !== undefined; [next] = known.waiting) {
      if (this.#holeBefore(next, known) !== undefined) break;
      known.waiting.shift();
      this.#waiting--;
      this.#handOut(next);
    }
    if (known.waiting.length === 0) known.cancel();
    else if (this.#waiting > capacity) this.#release(known);
  }

  /** Hands out all that waits, and tells what is missing in between. */
  #release(known: Known): void {
    known.cancel();
    this.#waiting -= known.waiting.length;
    for (const update of known.waiting.splice(0).sort(byAge)) this.#jump(update, known);
  }

  #handOut(update: Update): void {
    const known = this.#devices.get(update.deviceId);
    const late = known !== undefined && isNewer(known.newest, update);
    if (known !== undefined && known.holes.length > 0) known.holes = without(known.holes, update);
    if (!late) this.#remember(update, known);
    this.#handedOut++;
    this.#emit(late ? { ...update, late } : update);
  }

  #remember(newest: Update, known: Known | undefined): void {
    if (known === undefined && this.#devices.size >= capacity) this.#forgetOldest();
    const one = known ?? { newest, at: 0, holes: [], waiting: [], cancel: () => undefined };
    one.newest = newest;
    one.at = this.#handedOut;
    this.#devices.delete(newest.deviceId);
    this.#devices.set(newest.deviceId, one);
  }

  #forgetOldest(): void {
    const [oldest] = this.#devices;
    if (oldest === undefined) return;
    const [deviceId, known] = oldest;
    this.#release(known);
    this.#devices.delete(deviceId);
    this.#suspects.delete(deviceId);
  }
}
