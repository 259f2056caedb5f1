import type { Frame } from '../protocol.ts';
import { failed, type ClientError, type Result } from './clientError.ts';
import type { ClientClock } from './clock.ts';
import { Pending } from './pending.ts';

type CatchUp = { live: boolean; readonly done: Promise<Result<object>> };

/** The subscriptions of one connection, from `subscribed` to `live` and on. */
export class CatchUps {
  readonly #pending: Pending;
  readonly #byId = new Map<string, CatchUp>();

  /** @param withinMs for how long a subscription may catch up. */
  constructor(clock: ClientClock, withinMs: number) {
    this.#pending = new Pending(clock, withinMs);
  }

  /** The server confirmed a subscription, or a change of it. */
  begin(id: string): void {
    this.end(id);
    this.#byId.set(id, { live: false, done: this.#pending.wait(id, 'live') });
  }

  /** Takes a `live`, or an error that came in its place. False if it is neither. */
  take(frame: Frame): boolean {
    if (!this.#pending.take(frame)) return false;
    const catchUp = this.#byId.get('id' in frame ? (frame.id ?? '') : '');
    if (catchUp !== undefined) catchUp.live = frame.type === 'live';
    return true;
  }

  /** None is live any more, until it is begun anew. */
  lapse(): void {
    for (const catchUp of this.#byId.values()) catchUp.live = false;
  }

  /** Nobody wants this subscription any more: there is nothing to wait for. */
  end(id: string): void {
    this.#pending.take({ type: 'live', id, at: 0 });
    this.#byId.delete(id);
  }

  isLive(id: string): boolean {
    return this.#byId.get(id)?.live ?? false;
  }

  isUnderWay(id: string): boolean {
    return this.#byId.get(id)?.live === false;
  }

  ids(): string[] {
    return [...this.#byId.keys()];
  }

  /** Resolves once the subscription misses nothing, or to what went wrong. */
  done(id: string): Promise<Result<object>> {
    const never = failed('unknown_subscription', `There is no subscription "${id}" on this connection.`);
    return this.#byId.get(id)?.done ?? Promise.resolve(never);
  }

  /** How many wait to be live. */
  get waiting(): number {
    return this.#pending.size;
  }

  failOnly(error: ClientError): boolean {
    return this.#pending.failOnly(error);
  }

  /** Forgets all of them. */
  clear(error: ClientError): void {
    this.#byId.clear();
    this.#pending.failAll(error);
  }
}
