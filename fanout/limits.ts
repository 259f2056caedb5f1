/** Every limit of the WebSocket contract, in one place. PROTOCOL.md repeats them; a test holds the two together. */
export const limits = {
  /** Bytes of one frame, either way. API Gateway takes 32 KB a frame and meters in steps of 32 KB. */
  frameBytes: 32 * 1024,
  /** Subscriptions of one connection. */
  subscriptions: 50,
  /** Characters of the client's own description in `hello`. */
  clientCharacters: 128,
  /** Grants of one token. */
  grants: 64,
  /** API Gateway cuts every connection after two hours. */
  connectionMs: 2 * 60 * 60 * 1000,
  /** API Gateway cuts a connection on which nothing was said for 10 minutes; the client pings every 5. */
  heartbeatMs: 5 * 60 * 1000,
} as const;
