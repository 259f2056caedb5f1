import type { Frame, FrameOf, Request } from '../protocol.ts';
import { failed, type ClientError, type Result } from './clientError.ts';
import { wallClock, type ClientClock } from './clock.ts';
import { heartbeat } from './heartbeat.ts';
import { parseFrame } from './parseFrame.ts';
import { Pending, type AnswerType } from './pending.ts';
import { openSocket, type Socket, type SocketOptions } from './socket.ts';

export type ConnectionOptions = SocketOptions & {
  /** What this client calls itself, for whoever looks at the wire; up to 128 characters. */
  client?: string;
  /** How long to wait for an answer, ms by `clock`; default 10,000. More makes sense where the clock runs fast. */
  answerWithinMs?: number;
};

export type ConnectionEvents = {
  /** The server answered `hello`: requests make sense from now on. */
  welcomed: (welcome: FrameOf<'welcome'>) => void;
  lost: () => void;
  handshakeFailed: (status: number | undefined) => void;
  tokenFailed: (message: string) => void;
  /** The next attempt to connect follows in so many ms, after so many that failed. */
  waiting: (ms: number, failures: number) => void;
  /** Every frame of the contract, first of all. */
  frame: (frame: Frame) => void;
  /** Those that answer no request of this connection. */
  unasked: (frame: Frame) => void;
  /** API Gateway answered in the place of our code; the error does not say to which request. */
  edgeError: (error: ClientError) => void;
  error: (error: ClientError) => void;
};

/** Says hello on every socket that opens, pings, and pairs requests with their answers. */
export class Connection {
  readonly #socket: Socket;
  readonly #client: string | undefined;
  readonly #events: ConnectionEvents;
  readonly #clock: ClientClock;
  readonly #pending: Pending;
  #ids = 0;
  #stopHeartbeat = (): void => undefined;

  constructor({ client, answerWithinMs, ...options }: ConnectionOptions, events: ConnectionEvents) {
    this.#clock = options.clock ?? wallClock;
    this.#pending = new Pending(this.#clock, answerWithinMs);
    this.#client = client;
    this.#events = events;
    this.#socket = openSocket(options, {
      opened: () => void this.#greet(),
      message: (text) => this.#receive(text),
      lost: () => this.#lose(),
      handshakeFailed: events.handshakeFailed,
      tokenFailed: events.tokenFailed,
      waiting: events.waiting,
    });
  }

  /** An id that no other request of this connection has. */
  nextId(): string {
    return `c${++this.#ids}`;
  }

  /** Resolves to the answer, or to what went wrong: `connection_lost` only once `lost` was told. Never rejects. */
  ask<T extends AnswerType>(
    request: Request & { id: string },
    answer: T,
  ): Promise<Result<{ frame: FrameOf<T> }>> {
    // On a socket that is closing this sends nothing; `lost` is about to come and fail it.
    this.#socket.send(JSON.stringify(request));
    return this.#pending.wait(request.id, answer);
  }

  /** If the next attempt to connect is being waited for, it is made now. */
  hurry(): void {
    this.#socket.hurry();
  }

  /** How many requests wait for their answer. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Resolves once no request waits for its answer. */
  idle(): Promise<void> {
    return this.#pending.idle();
  }

  /** An error that names no request is about the only one, if there is only one. Whether there was. */
  failOnly(error: ClientError): boolean {
    return this.#pending.failOnly(error);
  }

  /** Where the contract's basics fail, this connection is of no use; the next may be. */
  giveUp(error: ClientError): void {
    if (error.code === 'connection_lost' || error.code === 'closed') return;
    if (error.code !== 'edge_error') this.#events.error(error); // that one was told when it came
    this.#socket.drop();
  }

  /** Fails what still waits with `error`. Final. */
  close(error: ClientError): void {
    this.#pending.failAll(error);
    this.#stopHeartbeat();
    this.#socket.close();
  }

  async #greet(): Promise<void> {
    const named = this.#client === undefined ? {} : { client: this.#client };
    const answer = await this.ask({ action: 'hello', id: this.nextId(), ...named }, 'welcome');
    if (!answer.ok) {
      this.giveUp(answer.error);
      return;
    }
    this.#socket.settled();
    this.#stopHeartbeat();
    this.#stopHeartbeat = heartbeat(this.#clock, answer.frame.heartbeatMs, () => void this.#ping());
    this.#events.welcomed(answer.frame);
  }

  async #ping(): Promise<void> {
    const answer = await this.ask({ action: 'ping', id: this.nextId() }, 'pong');
    if (!answer.ok && ['timed_out', 'unknown_connection'].includes(answer.error.code))
      this.giveUp(answer.error);
  }

  #lose(): void {
    this.#stopHeartbeat();
    this.#events.lost();
    this.#pending.failAll(failed('connection_lost', 'The connection ended before the answer came.').error);
  }

  #receive(text: unknown): void {
    const parsed = parseFrame(text);
    if (parsed.kind === 'frame') this.#take(parsed.frame);
    if (parsed.kind === 'bad')
      this.#events.error(failed('bad_frame', `The server sent what it must not: ${parsed.why}.`).error);
    if (parsed.kind === 'edge_error') this.#failAtEdge(parsed);
  }

  #failAtEdge({ message, requestId }: { message: string; requestId: string }): void {
    const { error } = failed('edge_error', `API Gateway says "${message}" (its request ${requestId}).`);
    this.#events.error(error);
    this.#events.edgeError(error);
  }

  #take(frame: Frame): void {
    this.#events.frame(frame);
    if (!this.#pending.take(frame)) this.#events.unasked(frame);
  }
}
