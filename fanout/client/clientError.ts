import { errorCodes, type ErrorCode } from '../protocol.ts';

/**
 * What can go wrong for a viewer, beyond the server's own {@link ErrorCode}s:
 * - `handshake_failed`: the server did not open a WebSocket.
 * - `token_failed`: the caller's `token` function rejected.
 * - `edge_error`: API Gateway answered in the place of our code, which failed or was not reached.
 * - `bad_frame`: the server sent what the contract does not allow.
 * - `timed_out`: no answer within 10 s.
 * - `connection_lost`: the connection ended before the answer came.
 * - `closed`: `close()` was called.
 * - `updates_dropped`: an iteration over updates fell behind; its oldest updates were dropped.
 * - `queue_full`: 200 requests wait already.
 */
export type ClientErrorCode =
  | ErrorCode
  | 'handshake_failed'
  | 'token_failed'
  | 'edge_error'
  | 'bad_frame'
  | 'timed_out'
  | 'connection_lost'
  | 'closed'
  | 'updates_dropped'
  | 'queue_full';

/** Something that went wrong, as a value. `message` is one sentence for people; `id` names the request it is about. */
export type ClientError = { code: ClientErrorCode; message: string; id?: string; retryAfterMs?: number };

/** A success with what it brought, or what went wrong. */
export type Result<T> = ({ ok: true } & T) | { ok: false; error: ClientError };

export const failed = (code: ClientErrorCode, message: string): { ok: false; error: ClientError } => ({
  ok: false,
  error: { code, message },
});

/** Whether our server decided this, so that asking again would not help. */
export const isFromServer = ({ code }: ClientError): boolean =>
  (errorCodes as readonly string[]).includes(code);

export const closedByCaller = failed('closed', 'This client was closed; make a new one.');

/** @param status of the HTTP answer to the handshake; undefined where none came or the browser hides it. */
export const handshakeFailure = (status: number | undefined): ClientError => ({
  code: 'handshake_failed',
  message:
    status === undefined
      ? 'The server opened no WebSocket: it cannot be reached, or it refuses the token or the origin of this page.'
      : `The server answered the handshake with HTTP ${status} and opened no WebSocket.`,
});
