import type { Frame, FrameOf, Request, RequestOf } from '../protocol.ts';
import { CatchUps } from './catchUps.ts';
import { closedByCaller, failed, type ClientError, type Result } from './clientError.ts';
import { wallClock, type ClientClock } from './clock.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { defaultAnswerWithinMs, type AnswerType } from './pending.ts';
import { requestPace, type RequestPace } from './requestPace.ts';
import { ServerClock } from './serverClock.ts';
import { tokenRefresh, type TokenRefresh } from './tokenRefresh.ts';

export type SessionEvents = {
  welcomed: () => void;
  /** The connection ended. What the session knows of it can still be read while this runs. */
  lost: () => void;
  /** The server took a newer token after the old one had ended: what came in between was withheld. */
  renewedLate: () => void;
  handshakeFailed: (status: number | undefined) => void;
  tokenFailed: (message: string) => void;
  /** The next attempt to connect follows in so many ms, after so many that failed. */
  waiting: (ms: number, failures: number) => void;
  /** Every frame, once the session itself has seen it. */
  frame: (frame: Frame) => void;
  error: (error: ClientError) => void;
};

/** How often a request is sent at most, where the server asks for patience. */
const attempts = 5;

const lost = failed('connection_lost', 'The connection ended before the answer came.');

/**
 * What the client and the server know of each other as long as one connection lasts: what was said in `welcome`, which
 * subscriptions are live, how far the server's clock has come. Keeps the token fresh and the requests within the limits.
 */
export class Session {
  readonly #clock: ClientClock;
  readonly #connection: Connection;
  readonly #events: SessionEvents;
  readonly #token: () => Promise<string>;
  readonly #catchUps: CatchUps;
  readonly #asked = new Set<string>();
  #pace: RequestPace | undefined;
  #refresh: TokenRefresh | undefined;
  #closesAt = 0;
  #connectionId: string | undefined;
  #retired = false;
  #tellOpened = (_: Result<object>): void => undefined;

  readonly server: ServerClock;
  /** How the first attempt to connect ended. */
  readonly opened = new Promise<Result<object>>((resolve) => (this.#tellOpened = resolve));

  constructor(options: ConnectionOptions, events: SessionEvents) {
    this.#clock = options.clock ?? wallClock;
    this.server = new ServerClock(this.#clock);
    this.#token = options.token;
    this.#events = events;
    this.#catchUps = new CatchUps(this.#clock, 3 * (options.answerWithinMs ?? defaultAnswerWithinMs));
    this.#connection = new Connection(options, {
      welcomed: (welcome) => this.#begin(welcome),
      lost: () => this.#lose(),
      handshakeFailed: (status) => {
        this.#tellOpened(failed('handshake_failed', 'The server opened no WebSocket.'));
        events.handshakeFailed(status);
      },
      tokenFailed: (message) => {
        this.#tellOpened(failed('token_failed', message));
        events.tokenFailed(message);
      },
      waiting: events.waiting,
      frame: (frame) => this.#see(frame),
      unasked: (frame) => this.#take(frame),
      edgeError: (error) => this.#failOnly(error),
      error: events.error,
    });
  }

  /** When the edge will cut this connection, epoch ms by this client's clock. */
  get closesAt(): number {
    return this.server.local(this.#closesAt);
  }

  /** Of the connection there is, or the last there was. */
  get connectionId(): string | undefined {
    return this.#connectionId;
  }

  isLive(id: string): boolean {
    return this.#catchUps.isLive(id);
  }

  isCatchingUp(id: string): boolean {
    return this.#catchUps.isUnderWay(id);
  }

  /** Resolves once the subscription misses nothing on this connection, or to what went wrong. */
  caughtUp(id: string): Promise<Result<object>> {
    return this.#catchUps.done(id);
  }

  /** The ids of the subscriptions that the server confirmed on this connection. */
  subscriptionIds(): string[] {
    return this.#catchUps.ids();
  }

  /** An id for a request, that no other request of this session has. */
  nextId(): string {
    return this.#connection.nextId();
  }

  /**
   * Sends a request when the limits allow, again where the server asks for patience (up to 5 times) or for a newer token
   * (once). Resolves to the answer or to what went wrong; never rejects.
   */
  async ask<T extends AnswerType>(
    request: Request & { id: string },
    answer: T,
  ): Promise<Result<{ frame: FrameOf<T> }>> {
    for (let attempt = 1; ; attempt++) {
      const pace = this.#pace;
      if (pace === undefined || !(await pace.turn())) return lost;
      const result = await this.#connection.ask(request, answer);
      if (!result.ok && result.error.code === 'unknown_connection') {
        this.giveUp(result.error);
        return lost;
      }
      if (result.ok || pace !== this.#pace || !(await this.#mend(result.error, request, attempt)))
        return result;
    }
  }

  /** Asks for a subscription, a new one or another time. Resolves on `subscribed`. */
  async subscribe(request: RequestOf<'subscribe'>): Promise<Result<object>> {
    this.#asked.add(request.id);
    const answer = await this.ask(request, 'subscribed');
    this.#asked.delete(request.id);
    return answer;
  }

  unsubscribe(id: string): Promise<Result<object>> {
    this.#catchUps.end(id);
    return this.ask({ action: 'unsubscribe', id }, 'unsubscribed');
  }

  /** If the next attempt to connect is being waited for, it is made now. */
  hurry(): void {
    this.#connection.hurry();
  }

  /** This connection is of no use; the session makes another one. */
  giveUp(error: ClientError): void {
    this.#connection.giveUp(error);
  }

  /** No subscription counts as live any more, until it is asked for anew. */
  lapse(): void {
    this.#catchUps.lapse();
  }

  /** Closes once every request has its answer. */
  async retire(): Promise<void> {
    this.#retired = true;
    this.#refresh?.stop();
    await this.#connection.idle();
    this.close();
  }

  /** Final. */
  close(): void {
    this.#tellOpened(closedByCaller);
    this.#end(closedByCaller.error);
    this.#connection.close(closedByCaller.error);
  }

  #begin(welcome: FrameOf<'welcome'>): void {
    const { actionsPerSecond, actionsBurst } = welcome.limits;
    this.#closesAt = welcome.closesAt;
    this.#connectionId = welcome.connectionId;
    this.#pace = requestPace(this.#clock, { perSecond: actionsPerSecond, burst: actionsBurst });
    this.#refresh = tokenRefresh({
      clock: this.#clock,
      token: this.#token,
      authenticate: (token) => this.#authenticate(token),
      failed: (error) => this.#events.error(error),
    });
    this.#refresh.plan(this.server.local(welcome.tokenExpiresAt));
    this.#tellOpened({ ok: true });
    this.#events.welcomed();
  }

  #lose(): void {
    this.#tellOpened(lost);
    this.#events.lost();
    this.#end(lost.error);
    this.server.reset();
    if (this.#retired) this.close();
  }

  #end(error: ClientError): void {
    this.#pace?.stop();
    this.#pace = undefined;
    this.#refresh?.stop();
    this.#refresh = undefined;
    this.#asked.clear();
    this.#catchUps.clear(error);
  }

  async #authenticate(token: string): Promise<Result<{ expiresAt: number }>> {
    const answer = await this.ask({ action: 'authenticate', id: this.nextId(), token }, 'authenticated');
    return answer.ok ? { ok: true, expiresAt: this.server.local(answer.frame.expiresAt) } : answer;
  }

  /** Whether it makes sense to ask again. */
  async #mend(error: ClientError, { action }: Request, attempt: number): Promise<boolean> {
    switch (error.code) {
      case 'rate_limited': {
        const ms = error.retryAfterMs ?? 1_000;
        // Others were told the same; jitter keeps them apart.
        this.#pace?.pause(ms + Math.random() * Math.min(ms, 1_000));
        return attempt < attempts;
      }
      case 'token_expired':
        if (attempt > 1 || action === 'authenticate') return false;
        return (await this.#refresh?.now()) ?? false;
      default:
        return false;
    }
  }

  /** What must be known before the next frame is looked at, which may come before any promise goes on. */
  #see(frame: Frame): void {
    if (frame.type === 'authenticated' && this.server.isTokenLate()) this.#events.renewedLate();
    this.server.see(frame);
    if (frame.type === 'subscribed' && this.#asked.has(frame.id)) this.#catchUps.begin(frame.id);
    if (frame.type === 'live') this.#catchUps.take(frame);
    this.#events.frame(frame);
  }

  #take(frame: Frame): void {
    if (frame.type === 'auth_expiring') void this.#refresh?.now();
    if (frame.type !== 'error' || this.#catchUps.take(frame)) return;
    if (frame.code === 'unknown_connection') this.giveUp(frame);
    else if (frame.id !== undefined || !this.#failOnly(frame)) this.#events.error(frame);
  }

  /** An error that names no request is about the only one that waits, if there is only one. */
  #failOnly(error: ClientError): boolean {
    if (this.#catchUps.waiting === 0) return this.#connection.failOnly(error);
    return this.#connection.waiting === 0 && this.#catchUps.failOnly(error);
  }
}
