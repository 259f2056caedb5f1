import type { Frame, FrameOf, SensorUpdate } from '../protocol.ts';
import type { Target } from '../target.ts';
import { failed, type Result } from './clientError.ts';
import type {
  ClientEvents,
  ClientOptions,
  ClientState,
  ClockReading,
  Explanation,
  HistoryPage,
  HistoryRange,
  SubscribeOptions,
  Subscription,
  Update,
} from './clientTypes.ts';
import { wallClock, type ClientClock } from './clock.ts';
import { gapFilling } from './gapFilling.ts';
import { newHeld, type Held } from './held.ts';
import { Inbox } from './inbox.ts';
import { Link } from './link.ts';
import { listeners } from './listeners.ts';
import { subscriptionOf } from './subscription.ts';
import { updateStreams } from './updateStreams.ts';

export type { ClientError, ClientErrorCode, Result } from './clientError.ts';
export type * from './clientTypes.ts';
export type { ClientClock } from './clock.ts';
export type { WebSocketConstructor } from './socket.ts';
export { isAbout, partsOf, type Who } from '../target.ts';
export type { Frame, SensorUpdate, Target };

/**
 * A viewer's end of the WebSocket contract, for browsers and Node. It connects at once and again until it is closed;
 * subscriptions outlive the connection.
 *
 * What is promised of updates:
 * - **Once.** A reading that comes again is dropped: the last 50,000 are remembered, over reconnects too. Readings are
 *   told apart by `deviceId`, `boot` and `seq`; where the device gives none, by its times and values. A fold that stands
 *   for more readings than what came under its name is handed out: its `min` and `max` are news.
 * - **For a reason.** Only what belongs to a subscription of now is handed out.
 * - **In order, of each device.** While a subscription catches up (`subscribed` to `live`) its updates are held back, up
 *   to 20,000, and handed out oldest first, unless a live subscription without `where` and `maxRate` brings them too.
 *   Afterwards an update that jumps ahead in `seq` waits 300 ms for those before it. One that comes after a newer one
 *   is marked `late`. Devices are not ordered among each other.
 * - **Nothing missing in silence.** What did not come is told as `gap`, where that can be known. After a loss every
 *   subscription goes on from the last frame; `resumed` tells whether that could be had. Before the edge cuts a
 *   connection, another one takes its place, and nothing is missed.
 */
export class TelemetryClient {
  readonly #clock: ClientClock;
  readonly #listeners = listeners<ClientEvents>();
  readonly #streams = updateStreams<Update>(() =>
    this.#listeners.emit('error', failed('updates_dropped', 'Updates come faster than they are read.').error),
  );
  readonly #held = new Map<string, Held>();
  readonly #gaps: ReturnType<typeof gapFilling>;
  readonly #inbox: Inbox;
  readonly #link: Link;
  #subscriptions = 0;
  #closed = false;

  constructor(options: ClientOptions) {
    const clock = (this.#clock = options.clock ?? wallClock);
    const { emit } = this.#listeners;
    this.#gaps = gapFilling({
      clock,
      emit,
      history: (device, range) => this.history(device, range),
      serverNow: () => this.#link.session.server.now(),
      add: (updates) => this.#inbox.add(updates),
    });
    this.#inbox = new Inbox({ held: this.#held, clock, emit, missing: this.#gaps.missing });
    this.#link = new Link({ options, held: this.#held, inbox: this.#inbox, emit });
    this.on('update', this.#streams.push);
  }

  get state(): ClientState {
    return this.#link.state;
  }

  /** Calls `listener` at each event of that name. Returns what stops it. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void {
    return this.#listeners.on(name, listener);
  }

  /**
   * The updates from now on, for one `for await`. Up to 10,000 wait for a slow reader; beyond, the oldest go and an
   * `updates_dropped` error says so once. Ends with `close()`.
   */
  updates(): AsyncIterableIterator<Update> {
    return this.#streams.open();
  }

  /** The newest update of a device, of the 20,000 devices heard of last. */
  latest(deviceId: string): Update | undefined {
    return this.#inbox.latest(deviceId);
  }

  /**
   * Asks for the readings of a target as soon as there is a connection, and again on every later one. Resolves with
   * the server's answer, before the snapshot is complete; never rejects.
   */
  async subscribe(
    to: Target,
    options: SubscribeOptions = {},
  ): Promise<Result<{ subscription: Subscription }>> {
    const held = newHeld(`s${++this.#subscriptions}`, to, options);
    this.#held.set(held.id, held);
    for (;;) {
      const { since, previous, snapshot } = held;
      const answer = await this.#link.subscribe(held, held.wish, { since, previous, snapshot });
      if (answer.ok && held.confirmed) return { ok: true, subscription: this.#ofHeld(held) };
      if (answer.ok || answer.error.code === 'connection_lost') continue;
      this.#held.delete(held.id);
      this.#inbox.review();
      return answer;
    }
  }

  /** Ends a subscription. Without a connection there is nothing to ask: the server forgot it with the connection. */
  async unsubscribe(id: string): Promise<Result<object>> {
    const held = this.#held.get(id);
    this.#held.delete(id);
    held?.live.open(); // whoever waits finds that it is gone
    this.#inbox.review();
    if (held !== undefined && !this.#link.isConnected) return { ok: true };
    const answer = await this.#link.request((session) => session.unsubscribe(id));
    if (answer.ok || answer.error.code === 'connection_lost') return { ok: true };
    return held !== undefined && answer.error.code === 'unknown_subscription' ? { ok: true } : answer;
  }

  /** The subscriptions of this connection as the server has them. */
  async subscriptions(): Promise<Result<{ items: FrameOf<'subscriptions'>['items'] }>> {
    const answer = await this.#link.ask((id) => ({ action: 'subscriptions', id }), 'subscriptions');
    return answer.ok ? { ok: true, items: answer.frame.items } : answer;
  }

  /** One page of what is kept of a device; empty for a device that does not exist or is not granted. */
  async history(device: string, range: HistoryRange = {}): Promise<Result<HistoryPage>> {
    const answer = await this.#link.ask((id) => ({ action: 'history', id, device, ...range }), 'history');
    if (!answer.ok) return answer;
    const { readings, next } = answer.frame;
    return { ok: true, readings, ...(next === undefined ? {} : { next }) };
  }

  /** All that is kept of a device, page by page. Ends after the first page that fails. */
  async *historyOf(device: string, range: HistoryRange = {}): AsyncGenerator<Result<HistoryPage>, undefined> {
    let { after } = range;
    do {
      const page = await this.history(device, { ...range, ...(after === undefined ? {} : { after }) });
      yield page;
      after = page.ok ? page.next : undefined;
    } while (after !== undefined);
  }

  /** Sends a text, up to 500 characters, to everyone who is subscribed to exactly that target. */
  async note(to: Target, text: string): Promise<Result<{ at: number }>> {
    const answer = await this.#link.ask((id) => ({ action: 'note', id, to, text }), 'noted');
    return answer.ok ? { ok: true, at: answer.frame.at } : answer;
  }

  /** Why readings of a device do or do not come, stage by stage. */
  async explain(device: string): Promise<Result<Explanation>> {
    const answer = await this.#link.ask((id) => ({ action: 'explain', id, device }), 'explain');
    if (!answer.ok) return answer;
    const { delivered, stages } = answer.frame;
    return { ok: true, device, delivered, stages };
  }

  /**
   * Asks the server what time it is. Of several answers the one with the shortest round trip is the best (Cristian 1989).
   */
  async readClock(): Promise<Result<ClockReading>> {
    let asked = 0;
    const answer = await this.#link.ask((id) => {
      asked = this.#clock.now();
      return { action: 'ping', id };
    }, 'pong');
    if (!answer.ok) return answer;
    const roundTripMs = this.#clock.now() - asked;
    return { ok: true, aheadMs: answer.frame.serverTime - (asked + roundTripMs / 2), roundTripMs };
  }

  /** Tries at once where a `retry` is being waited for. */
  connectNow(): void {
    this.#link.session.hurry();
  }

  /** Ends the connection and every iteration. What still waits for an answer fails with `closed`. Final. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#link.close();
    this.#gaps.close();
    this.#inbox.close();
    this.#streams.end();
  }

  #ofHeld(held: Held): Subscription {
    return subscriptionOf({
      held,
      link: this.#link,
      isHeld: () => !this.#closed && this.#held.has(held.id),
      unsubscribe: () => this.unsubscribe(held.id),
    });
  }
}
