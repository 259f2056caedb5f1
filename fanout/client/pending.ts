import type { Frame, FrameOf, FrameType } from '../protocol.ts';
import { failed, type ClientError, type Result } from './clientError.ts';

/** How long a request waits for its answer, in ms. API Gateway itself gives up on an integration after 29 s. */
export const answerWithinMs = 10_000;

export type AnswerType = Exclude<FrameType, 'error' | 'sensor_update'>;

type Request = {
  readonly id: string;
  readonly answer: AnswerType;
  readonly settle: (result: Result<{ frame: Frame }>) => void;
};

/** Requests that wait for an answer, in the order they were made. */
export class Pending {
  readonly #requests = new Set<Request>();
  readonly #withinMs: number;

  constructor(withinMs = answerWithinMs) {
    this.#withinMs = withinMs;
  }

  /** Resolves to the answer of type `answer` with this id, or to what went wrong. Never rejects. */
  wait<T extends AnswerType>(id: string, answer: T): Promise<Result<{ frame: FrameOf<T> }>> {
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => request.settle(failed('timed_out', 'The server did not answer; try again.')),
        this.#withinMs,
      );
      const request: Request = {
        id,
        answer,
        settle: (result) => {
          clearTimeout(timer);
          this.#requests.delete(request);
          // `take` compares the frame's type with `answer`; TypeScript cannot follow that through the Set.
          resolve(result as Result<{ frame: FrameOf<T> }>);
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

  #find(matches: (request: Request) => boolean): Request | undefined {
    for (const request of this.#requests) if (matches(request)) return request;
    return undefined;
  }
}
