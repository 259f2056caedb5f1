/** Errors of sockets, time-outs and DNS by their `name` or `code`: whether what was asked was done is not known. */
export const networkErrors: readonly string[] = [
  'TimeoutError',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
];
