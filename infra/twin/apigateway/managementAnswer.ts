import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

/** An HTTP answer; `errorType` goes into `x-amzn-ErrorType`, by which SDKs name their exceptions. */
export type Answer = {
  status: number;
  errorType?: string;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
};

export const problem = (status: number, errorType: string, message: string): Answer => ({
  status,
  errorType,
  body: { message },
});

/** Captured: a 410 has no body, so that SDKs show `UnknownError` as its message. */
export const gone: Answer = { status: 410, errorType: 'GoneException' };
export const slow = problem(429, 'LimitExceededException', 'Too Many Requests');
export const tooLarge = problem(413, 'PayloadTooLargeException', 'Message too long');
/** The error type from memory. */
export const broken = problem(500, 'InternalServerErrorException', 'Internal server error');
export const noToken = problem(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');

/** Captured, of `execute-api`: `Message` with a capital, unlike in its other errors. */
export const accessDenied = (Message: string): Answer => ({
  status: 403,
  errorType: 'AccessDeniedException',
  body: { Message },
});

export const reply = (response: ServerResponse, { status, errorType, body, headers = {} }: Answer): void => {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    'x-amzn-RequestId': randomUUID(),
    ...(errorType === undefined ? {} : { 'x-amzn-ErrorType': errorType }),
    ...(text === '' ? {} : { 'Content-Type': 'application/json' }),
    ...(status === 204 ? {} : { 'Content-Length': Buffer.byteLength(text) }),
  });
  response.end(text);
};
