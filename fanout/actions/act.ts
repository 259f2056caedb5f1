import type { Held } from '../ports.ts';
import type { Action, Frame, RequestOf } from '../protocol.ts';

/** An answer of several frames: those before the last one are yielded, the last one is returned. */
export type Answering = AsyncGenerator<Frame, Frame, undefined>;

/** Carries out one request of a connection, as it was when the request was let in. */
export type Act<A extends Action> = (held: Held, request: RequestOf<A>) => Promise<Frame> | Answering;

/** The id of a request, for its answer. */
export const echo = (id: string | undefined): { id?: string } => (id === undefined ? {} : { id });
