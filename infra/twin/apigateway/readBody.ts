import type { IncomingMessage } from 'node:http';

/** Bytes beyond the limit that are read and thrown away, so that the sender gets to read its 413. */
const patience = 1024 * 1024;

/**
 * The body of a request of at most `maxBytes`. `too large` comes as soon as that is known; what still arrives is
 * thrown away, and a sender that does not stop is cut off.
 */
export const readBody = async (
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | 'too large' | 'aborted'> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const { promise, resolve } = newDeferred<Buffer | 'too large' | 'aborted'>();
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) resolve('too large');
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes + patience) request.destroy();
    else if (bytes > maxBytes) resolve('too large');
    else chunks.push(chunk);
  });
  request.on('end', () => resolve(bytes > maxBytes ? 'too large' : Buffer.concat(chunks)));
  request.on('close', () => resolve('aborted'));
  return promise;
};

/** `Promise.withResolvers`, which Node 20 does not have. */
const newDeferred = <T>(): { promise: Promise<T>; resolve: (value: T) => void } => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
};
