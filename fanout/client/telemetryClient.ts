import { matches } from '../where.ts';
import type { Frame, FrameOf, Request, SensorUpdate } from '../protocol.ts';
import type {
  ClientEvents,
  ClientOptions,
  ClientState,
  Explanation,
  HistoryPage,
  HistoryRange,
  SubscribeOptions,
  Subscription,
  Update,
  Wish,
} from './clientTypes.ts';
import { partsOf, type Target } from '../target.ts';
import {
  closedByCaller,
  failed,
  handshakeFailure,
  isFromServer,
  type ClientError,
  type Result,
} from './clientError.ts';
import { Connection } from './connection.ts';
import { gate } from './gate.ts';
import { listeners } from './listeners.ts';
import type { AnswerType } from './pending.ts';
import { seenBefore } from './seen.ts';
import { updateStreams } from './updateStreams.ts';

export type { ClientError, ClientErrorCode, Result } from './clientError.ts';
export type { WebSocketConstructor } from './socket.ts';
export { partsOf } from '../target.ts';
export type { Frame, SensorUpdate, Target };
export type * from './clientTypes.ts';

/** The wire's types are mutable. */
const copy = <W extends Wish>({ where, ...others }: W) => ({
  ...others,
  ...(where === undefined ? {} : { where: [...where] }),
});

const guessRefusedAfter = 3;
const rememberedReadings = 10_000;

/**
 * A viewer's end of the WebSocket contract, for browsers and Node. It connects at once and again until it is closed;
 * subscriptions outlive the connection.
 */
export class TelemetryClient {
  readonly #connection: Connection;
  readonly #listeners = listeners<ClientEvents>();
  readonly #welcomed = gate();
  readonly #seen = seenBefore(rememberedReadings);
  readonly #streams = updateStreams<Update>(() =>
    this.#emitError(failed('updates_dropped', 'Updates come faster than they are read.').error),
  );
  /** The subscriptions that the server has confirmed, to be asked for again on the next connection. */
  readonly #held = new Map<string, { to: Target } & Wish>();
  #state: ClientState = 'connecting';
  #closed = false;
  #wasLive = false;
  #failedHandshakes = 0;

  constructor(options: ClientOptions) {
    this.#connection = new Connection(options, {
      welcomed: () => this.#begin(),
      lost: () => this.#lose(),
      handshakeFailed: (status) => this.#fail(status),
      tokenFailed: (message) => {
        this.#enter('offline');
        this.#emitError(failed('token_failed', `There is no token to connect with: ${message}`).error);
      },
      frame: (frame) => this.#listeners.emit('frame', frame),
      unasked: (frame) => this.#take(frame),
      error: (error) => this.#emitError(error),
    });
  }

  get state(): ClientState {
    return this.#state;
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

  /**
   * Asks for the readings of a target as soon as there is a connection, and again on every later one. Resolves with
   * the server's answer; never rejects.
   */
  async subscribe(
    to: Target,
    options: SubscribeOptions = {},
  ): Promise<Result<{ subscription: Subscription }>> {
    const id = this.#connection.nextId();
    for (;;) {
      const answer = await this.#ask({ action: 'subscribe', id, to, ...copy(options) }, 'subscribed');
      if (answer.ok) {
        this.#held.set(id, { to, ...options });
        return {
          ok: true,
          subscription: {
            id,
            to,
            live: true,
            unsubscribe: () => this.unsubscribe(id),
            change: (wish) => this.#change(id, to, wish),
          },
        };
      }
      if (answer.error.code !== 'connection_lost') return answer;
    }
  }

  async #change(id: string, to: Target, wish: Wish): Promise<Result<object>> {
    return this.#ask({ action: 'subscribe', id, to, ...copy(wish), snapshot: false }, 'subscribed');
  }

  /** Ends a subscription. Without a connection there is nothing to ask: the server forgot it with the connection. */
  async unsubscribe(id: string): Promise<Result<object>> {
    const held = this.#held.delete(id);
    if (held && !this.#welcomed.isOpen()) return { ok: true };
    const answer = await this.#ask({ action: 'unsubscribe', id }, 'unsubscribed');
    return answer.ok || answer.error.code === 'connection_lost' ? { ok: true } : answer;
  }

  /** The subscriptions of this connection as the server has them. */
  async subscriptions(): Promise<Result<{ items: FrameOf<'subscriptions'>['items'] }>> {
    const id = this.#connection.nextId();
    const answer = await this.#ask({ action: 'subscriptions', id }, 'subscriptions');
    return answer.ok ? { ok: true, items: answer.frame.items } : answer;
  }

  /** One page of what is kept of a device. */
  async history(device: string, range: HistoryRange = {}): Promise<Result<HistoryPage>> {
    const id = this.#connection.nextId();
    const answer = await this.#ask({ action: 'history', id, device, ...range }, 'history');
    return answer.ok ? { ok: true, ...answer.frame } : answer;
  }

  /** All that is kept of a device, page by page. Ends after the first page that fails. */
  async *historyOf(device: string, range: HistoryRange = {}): AsyncGenerator<Result<HistoryPage>, undefined> {
    let after = range.after;
    do {
      const page = await this.history(device, { ...range, ...(after === undefined ? {} : { after }) });
      yield page;
      after = page.ok ? page.next : undefined;
    } while (after !== undefined);
  }

  /** Sends a text, up to 500 characters, to everyone who is subscribed to exactly that target. */
  async note(to: Target, text: string): Promise<Result<{ at: number }>> {
    const id = this.#connection.nextId();
    const answer = await this.#ask({ action: 'note', id, to, text }, 'noted');
    return answer.ok ? { ok: true, at: answer.frame.at } : answer;
  }

  /** Why readings of a device do or do not come, stage by stage. */
  async explain(device: string): Promise<Result<Explanation>> {
    const id = this.#connection.nextId();
    const answer = await this.#ask({ action: 'explain', id, device }, 'explain');
    return answer.ok ? { ok: true, ...answer.frame } : answer;
  }

  /** The newest update of a device, of the last 20,000 devices. */
  latest(_deviceId: string): Update | undefined {
    return undefined;
  }

  /** Ends the connection and every iteration. What still waits for an answer fails with `closed`. Final. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close(closedByCaller.error);
    this.#welcomed.open(); // whoever waits for a connection finds #closed
    this.#streams.end();
    this.#enter('offline');
  }

  #enter(state: ClientState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#listeners.emit('state', state);
  }

  #emitError(error: ClientError): void {
    this.#listeners.emit('error', error);
  }

  /** Waits for a connection that is of use, asks, and waits for the answer. */
  async #ask<T extends AnswerType>(
    request: Request & { id: string },
    answer: T,
  ): Promise<Result<{ frame: FrameOf<T> }>> {
    await this.#welcomed.passed();
    return this.#closed ? closedByCaller : this.#connection.ask(request, answer);
  }

  #begin(): void {
    this.#wasLive = true;
    for (const [id, { to }] of this.#held) void this.#renew(id, to);
    this.#welcomed.open();
    this.#enter('live');
  }

  /** Asks for a subscription again. One that stays without an answer costs the connection, or it would be missed. */
  async #renew(id: string, to: Target): Promise<void> {
    const answer = await this.#connection.ask({ action: 'subscribe', id, to }, 'subscribed');
    if (answer.ok) return;
    if (isFromServer(answer.error)) this.#drop(id, to, answer.error);
    else this.#connection.giveUp(answer.error);
  }

  #drop(id: string, to: Target, { code, message }: ClientError): void {
    this.#held.delete(id);
    const [kind, name] = partsOf(to);
    this.#emitError({ code, id, message: `No more readings of ${kind} ${name}. ${message}` });
  }

  #lose(): void {
    this.#welcomed.shut();
    if (this.#wasLive && !this.#closed) this.#enter('offline');
  }

  #fail(status: number | undefined): void {
    const told = status === 401 || status === 403;
    const guessed = !this.#wasLive && ++this.#failedHandshakes >= guessRefusedAfter;
    if (told || guessed) this.#enter('refused');
    this.#emitError(handshakeFailure(status));
  }

  #take(frame: Frame): void {
    if (frame.type === 'sensor_update') this.#update(frame);
    if (frame.type === 'error') this.#emitError(frame);
    // The answer to a subscribe that was given up: nobody wants it any more.
    if (frame.type === 'subscribed' && !this.#held.has(frame.id))
      this.#connection.tell({ action: 'unsubscribe', id: frame.id });
  }

  #update(received: SensorUpdate): void {
    if (this.#seen(received)) return;
    const held = [...this.#held].filter(([, { where }]) => matches(where, received.data));
    const update: Update = { ...received, source: 'live', subscriptions: held.map(([id]) => id) };
    this.#listeners.emit('update', update);
    this.#streams.push(update);
  }
}
