export type ErrorMessage =
  | 'Internal server error'
  | 'Forbidden'
  | 'Endpoint request timed out'
  | 'Too Many Requests'
  | 'Limit Exceeded'
  | 'Unauthorized';

/**
 * The text frame by which API Gateway tells a client that its message failed; the socket stays open. The bytes, the
 * uneven spacing too, are those of captured frames. The same text is the body of a refused handshake.
 */
export const errorFrame = (message: ErrorMessage, connectionId: string, requestId: string): string =>
  `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
