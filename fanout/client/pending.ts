import type { Frame, FrameOf, FrameType } from '../protocol.ts';
import { failed, type ClientError, type Result } from './clientError.ts';
import { after, type ClientClock } from './clock.ts';

/** How long a request waits for its answer, in ms. API Gateway itself gives up on an integration after 29 s. */
export const defaultAnswerWithinMs = 10_000;

export type AnswerType = Exclude<FrameType, 'error' | 'sensor_update'>;

type Request = {
  readonly id: string;
  readonly answer: AnswerType;
  readonly settle: (result: Result<{ frame: Frame }>) => void;
};

/** Requests that wait for an answer, in the order they were made. */
export class Pending {
  readonly #requests = new Set<Request>();
  readonly #clock: ClientClock;
  readonly #withinMs: number;
  #whenIdle: (() => void)[] = [];

  constructor(clock: ClientClock, withinMs = defaultAnswerWithinMs) {
    this.#clock = clock;
    this.#withinMs = withinMs;
  }

  /** Resolves to the answer of type `answer` with this id, or to what went wrong. Never rejects. */
  wait<T extends AnswerType>(id: string, answer: T): Promise<Result<{ frame: FrameOf<T> }>> {
    return new Promise((resolve) => {
      const cancel = after(this.#clock, this.#withinMs, () =>
        request.settle(failed('timed_out', 'The server did not answer; try again.')),
      );
      const request: Request = {
        id,
        answer,
        settle: (result) => {
          cancel();
          this.#requests.delete(request);
          // `take` compares the frame's type with `answer`; TypeScript cannot follow that through the Set.
          resolve(result as Result<{ frame: FrameOf<T> }>);
          if (this.#requests.size === 0) this.#whenIdle.splice(0).forEach((idle) => idle());
        },
      };
      this.#requests.add(request);
    });
  }

  /** Gives an answer or an error to the request it is for. False if there is none. */
  take(frame: Frame): boolean {
    if (!('id' in frame)) return false;
    const request = this.#find(({ id, answer }) => id === frame.id && [answer, 'error'].includes(frame.type));
    request?.settle(frame.type === 'error' ? { ok: false, error: frame } : { ok: true, frame });
    return request !== undefined;
  }

  /** Fails the only request, if there is exactly one: API Gateway's own errors name no request of ours. */
  failOnly(error: ClientError): boolean {
    const [request, another] = this.#requests;
    if (request === undefined || another !== undefined) return false;
    request.settle({ ok: false, error: { ...error, id: request.id } });
    return true;
  }

  failAll(error: ClientError): void {
    for (const request of [...this.#requests]) request.settle({ ok: false, error });
  }

  get size(): number {
    return this.#requests.size;
  }

  /** Resolves once nothing waits for an answer. */
  idle(): Promise<void> {
    if (this.#requests.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #find(matches: (request: Request) => boolean): Request | undefined {
    for (const request of this.#requests) if (matches(request)) return request;
    return undefined;
  }
}
