import type { Frame, FrameOf, Request } from '../protocol.ts';
import { partsOf } from '../target.ts';
import { closedByCaller, failed, handshakeFailure, type ClientError, type Result } from './clientError.ts';
import type { ClientEvents, ClientOptions, ClientState, Wish } from './clientTypes.ts';
import { wallClock } from './clock.ts';
import { gate } from './gate.ts';
import { confirm, requestFor, type Held, type Position } from './held.ts';
import type { Inbox } from './inbox.ts';
import type { Emit } from './listeners.ts';
import type { AnswerType } from './pending.ts';
import { refusalGuess } from './refusalGuess.ts';
import { renewal, type Renewal } from './renewal.ts';
import { requestQueue } from './requestQueue.ts';
import { rollover, type Rollover } from './rollover.ts';
import { Session } from './session.ts';

/**
 * Keeps a connection with all subscriptions on it: brings them back after a loss, and moves them to another one before
 * the edge cuts this one.
 */
export class Link {
  readonly #options: ClientOptions;
  readonly #held: Map<string, Held>;
  readonly #inbox: Pick<Inbox, 'take' | 'settle' | 'review'>;
  readonly #emit: Emit<ClientEvents>;
  readonly #welcomed = gate();
  readonly #queue = requestQueue();
  readonly #isRefused = refusalGuess(() => this.#wasWelcome);
  readonly #rollover: Rollover;
  #session: Session;
  /** The one that is to take the session's place. */
  #next: Session | undefined;
  /** The renewal begun last. */
  #current: Renewal | undefined;
  #state: ClientState = 'connecting';
  #closed = false;
  #wasWelcome = false;

  constructor({
    options,
    held,
    inbox,
    emit,
  }: {
    options: ClientOptions;
    held: Map<string, Held>;
    inbox: Pick<Inbox, 'take' | 'settle' | 'review'>;
    emit: Emit<ClientEvents>;
  }) {
    this.#options = options;
    this.#held = held;
    this.#inbox = inbox;
    this.#emit = emit;
    this.#rollover = rollover({ clock: options.clock ?? wallClock, move: () => this.#move() });
    this.#session = this.#open();
  }

  get state(): ClientState {
    return this.#state;
  }

  get isConnected(): boolean {
    return this.#welcomed.isOpen();
  }

  /** The connection that counts. */
  get session(): Session {
    return this.#session;
  }

  /** Waits for a connection, asks, and waits for the answer. */
  request<T extends object>(asked: (session: Session) => Promise<Result<T>>): Promise<Result<T>> {
    return this.#queue(async () => {
      await this.#welcomed.passed();
      return this.#closed ? closedByCaller : asked(this.#session);
    });
  }

  /** Asks for a held subscription, in whatever way. Resolves on `subscribed`. */
  subscribe(held: Held, wish: Wish, from: Position): Promise<Result<object>> {
    return this.request(async (session) => {
      const answer = await session.subscribe(requestFor(held, wish, from));
      if (answer.ok) void this.#watch(session, held.id);
      return answer;
    });
  }

  ask<T extends AnswerType>(
    request: (id: string) => Request & { id: string },
    answer: T,
  ): Promise<Result<{ frame: FrameOf<T> }>> {
    return this.request((session) => session.ask(request(session.nextId()), answer));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#rollover.cancel();
    this.#next?.close();
    this.#session.close();
    this.#welcomed.open(); // whoever waits for a connection finds #closed
    for (const { live } of this.#held.values()) live.open();
    this.#enter('offline');
  }

  /** Everything sent before now was had, if the subscription is live; else what was known of that stays. */
  mark(held: Held): void {
    if (this.#session.isLive(held.id)) Object.assign(held, heardOn(this.#session));
  }

  /** A change of this subscription came to nothing: it goes on as it was. */
  restore({ id, live }: Held, error: ClientError | undefined): void {
    // Whether the server changed it is unknown; the next connection begins with what is known.
    if (error?.code === 'timed_out' || error?.code === 'edge_error') this.#session.giveUp(error);
    if (!this.#session.isLive(id)) return;
    live.open();
    this.#inbox.review();
  }

  #open(): Session {
    const isOurs = (): boolean => session === this.#session && !this.#closed;
    const session: Session = new Session(this.#options, {
      welcomed: () => isOurs() && void this.#begin(session),
      lost: () => isOurs() && this.#lose(),
      renewedLate: () => isOurs() && this.#lapse(session),
      handshakeFailed: (status) => isOurs() && this.#fail(status),
      tokenFailed: (message) => isOurs() && this.#failWithoutToken(message),
      waiting: (ms, failures) => isOurs() && this.#emit('retry', { inMs: ms, failures }),
      frame: (frame) => !this.#closed && this.#take(frame, session),
      error: (error) => isOurs() && this.#emit('error', error),
    });
    return session;
  }

  #enter(state: ClientState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#emit('state', state);
  }

  async #begin(session: Session): Promise<void> {
    this.#wasWelcome = true;
    this.#rollover.plan(session.closesAt);
    await this.#renew(session);
  }

  /** Asks for all subscriptions on this connection. */
  async #renew(session: Session): Promise<void> {
    const renewal = (this.#current = this.#renewal(session));
    const renewed = renewal.run();
    this.#enter([...this.#held.values()].some(({ confirmed }) => confirmed) ? 'catching-up' : 'live');
    this.#welcomed.open();
    const result = await renewed;
    if (!result.ok) session.giveUp(result.error);
    else if (session === this.#session && renewal === this.#current && this.isConnected) this.#enter('live');
  }

  /** What was withheld while there was no token does not come by itself. */
  #lapse(session: Session): void {
    this.#shut();
    session.lapse();
    void this.#renew(session);
  }

  #renewal(session: Session, before?: Session): Renewal {
    return renewal({
      session,
      wanted: () => this.#held.values(),
      position: ({ id, since, previous, snapshot }) =>
        before?.isLive(id) ? heardOn(before) : { since, previous, snapshot },
      refused: (held, error) => this.#drop(held, error),
    });
  }

  #drop({ id, to, live }: Held, { code, message }: ClientError): void {
    if (!this.#held.delete(id)) return;
    live.open(); // whoever waits finds that it is gone
    this.#inbox.review();
    const [kind, name] = partsOf(to);
    this.#emit('error', { code, id, message: `No more readings of ${kind} ${name}. ${message}` });
  }

  /** No subscription misses nothing any more. */
  #shut(): void {
    for (const held of this.#held.values()) {
      this.mark(held);
      held.live.shut();
    }
  }

  #lose(): void {
    this.#shut();
    this.#welcomed.shut();
    this.#rollover.cancel();
    this.#next?.close();
    this.#next = undefined;
    if (this.#wasWelcome) this.#enter('offline');
  }

  #fail(status: number | undefined): void {
    if (this.#isRefused(status)) this.#enter('refused');
    this.#emit('error', handshakeFailure(status));
  }

  #failWithoutToken(message: string): void {
    this.#enter('offline');
    this.#emit('error', failed('token_failed', `There is no token to connect with: ${message}`).error);
  }

  #take(frame: Frame, session: Session): void {
    this.#emit('frame', frame);
    const own = session === this.#session;
    this.#inbox.take(frame, session, own);
    if (frame.type === 'subscribed') this.#confirm(frame, session);
    // Of one that misses nothing here, it does not matter what the other connection could bring back.
    if (frame.type === 'resumed' && (own ? this.#held.has(frame.id) : this.#isWaiting(frame.id)))
      this.#emit('resumed', withoutType(frame));
    if (!own) return;
    if (frame.type === 'live' && session.isLive(frame.id)) this.#settle(frame.id);
    if (frame.type === 'rollover') this.#rollover.plan(session.server.local(frame.before));
  }

  /** One that never gets live would be waited for in vain. */
  async #watch(session: Session, id: string): Promise<void> {
    const result = await session.caughtUp(id);
    if (!result.ok && this.#held.has(id)) session.giveUp(result.error);
  }

  /** What nobody wants any more, since its `subscribe` was given up or it ended meanwhile, must not go on. */
  #confirm({ id, at }: FrameOf<'subscribed'>, session: Session): void {
    const held = this.#held.get(id);
    if (held === undefined) void session.unsubscribe(id);
    else if (session === this.#session) confirm(held, { since: at, previous: session.connectionId });
  }

  #isWaiting(id: string): boolean {
    return this.#held.get(id)?.live.isOpen() === false;
  }

  #settle(id: string): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    held.live.open();
    delete held.snapshot;
    this.#inbox.settle(held);
    this.#emit('live', { id });
  }

  /** Make before break: everything is live on the other connection before this one goes. Whether it is. */
  async #move(): Promise<boolean> {
    if (this.#state !== 'live') return false;
    const next = (this.#next = this.#open());
    const ready = await this.#prepare(next);
    if (this.#next !== next) return false; // the first was lost meanwhile
    this.#next = undefined;
    if (ready.ok) this.#promote(next);
    else next.close();
    return ready.ok;
  }

  async #prepare(next: Session): Promise<Result<object>> {
    const opened = await next.opened;
    if (!opened.ok) return opened;
    const { run, isDone } = this.#renewal(next, this.#session);
    for (;;) {
      const done = await run();
      if (!done.ok || isDone()) return done;
    }
  }

  #promote(next: Session): void {
    const before = this.#session;
    this.#session = next;
    void before.retire();
    this.#rollover.cancel();
    this.#rollover.plan(next.closesAt);
    for (const id of next.subscriptionIds()) if (!this.#held.has(id)) void next.unsubscribe(id);
    for (const { id, live } of this.#held.values()) if (next.isLive(id) && !live.isOpen()) this.#settle(id);
  }
}

/** From where a subscription that is live on this connection would go on. */
const heardOn = ({ server, connectionId }: Session): { since: number; previous?: string } => ({
  since: server.newest,
  ...(connectionId === undefined ? {} : { previous: connectionId }),
});

const withoutType = ({ id, recovered, readings }: FrameOf<'resumed'>): ClientEvents['resumed'] => ({
  id,
  recovered,
  readings,
});
