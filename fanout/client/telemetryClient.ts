import type { Frame, FrameOf, Request, SensorUpdate } from '../protocol.ts';
import { partsOf, type Target } from '../target.ts';
import {
  closedByCaller,
  failed,
  handshakeFailure,
  isFromServer,
  type ClientError,
  type Result,
} from './clientError.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { gate } from './gate.ts';
import { listeners } from './listeners.ts';
import type { AnswerType } from './pending.ts';
import { seenBefore } from './seen.ts';
import { updateStreams } from './updateStreams.ts';

export type { ClientError, ClientErrorCode, Result } from './clientError.ts';
export type { WebSocketConstructor } from './socket.ts';
export { partsOf } from '../target.ts';
export type { Frame, SensorUpdate, Target };
export type ClientOptions = ConnectionOptions;

/**
 * - `connecting`: not let in yet.
 * - `live`: the server said welcome.
 * - `offline`: the connection was lost or `token` failed, and the client tries again by itself; or it was closed.
 * - `refused`: the server answered the handshake with 401 or 403; or, since browsers hide that answer, none of the
 *   first three handshakes succeeded. The latter is a guess: a server that is not there looks the same. The client
 *   keeps trying, ever more seldom, and gets to `live` if it is let in.
 */
export type ClientState = 'connecting' | 'live' | 'offline' | 'refused';

export type ClientEvents = {
  state: ClientState;
  /** One reading, once. */
  update: SensorUpdate;
  /** What went wrong and is not in the result of a call, and whatever API Gateway says in our server's place. */
  error: ClientError;
  /** Every frame of the contract, before anything is made of it. */
  frame: Frame;
};

export type Subscription = { id: string; to: Target; unsubscribe: () => Promise<Result<object>> };

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
  readonly #streams = updateStreams<SensorUpdate>(() =>
    this.#emitError(failed('updates_dropped', 'Updates come faster than they are read.').error),
  );
  /** The subscriptions that the server has confirmed, to be asked for again on the next connection. */
  readonly #held = new Map<string, Target>();
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
  updates(): AsyncIterableIterator<SensorUpdate> {
    return this.#streams.open();
  }

  /**
   * Asks for the readings of a target as soon as there is a connection, and again on every later one. Resolves with
   * the server's answer; never rejects.
   */
  async subscribe(to: Target): Promise<Result<{ subscription: Subscription }>> {
    const id = this.#connection.nextId();
    for (;;) {
      const answer = await this.#ask({ action: 'subscribe', id, to }, 'subscribed');
      if (answer.ok) {
        this.#held.set(id, to);
        return { ok: true, subscription: { id, to, unsubscribe: () => this.unsubscribe(id) } };
      }
      if (answer.error.code !== 'connection_lost') return answer;
    }
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
    for (const [id, to] of this.#held) void this.#renew(id, to);
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

  #update(update: SensorUpdate): void {
    if (this.#seen(update)) return;
    this.#listeners.emit('update', update);
    this.#streams.push(update);
  }
}
