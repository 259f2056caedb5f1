import { Socket } from 'node:net';

/**
 * Counts what this process asks of others while `work` runs: calls of `fetch` and connections of any kind, TLS and HTTP
 * among them, since each begins with `Socket.connect`.
 */
export const countOutbound = async <T>(work: () => Promise<T>): Promise<{ outbound: number; result: T }> => {
  let outbound = 0;
  const { fetch } = globalThis;
  // Put back as it was, and called with the socket as `this`.
  // oxlint-disable-next-line typescript/unbound-method
  const { connect } = Socket.prototype;
  globalThis.fetch = (...args) => {
    outbound += 1;
    return fetch(...args);
  };
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    outbound += 1;
    return Reflect.apply(connect, this, args) as Socket;
  };
  try {
    return { result: await work(), outbound };
  } finally {
    globalThis.fetch = fetch;
    Socket.prototype.connect = connect;
  }
};
