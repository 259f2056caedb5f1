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
  /** Connections of one principal at a time. */
  connections: 20,
  /** Requests of one connection: so many a second, and so many at once after a silence. */
  actionsPerSecond: 10,
  actionsBurst: 20,
  /** Conditions of one `where`, all of which must hold. */
  conditions: 8,
  /** Characters of the connection that a subscription names as its `previous`. */
  connectionIdCharacters: 128,
  /** Characters of a condition's field, as of a field in a reading. */
  fieldCharacters: 128,
  /** Characters of a text that a condition compares with. */
  whereTextCharacters: 256,
  /** Updates per second and device that a `maxRate` may ask for. */
  maxRate: { least: 0.01, most: 50 },
  /** Characters of a note. */
  noteCharacters: 500,
  /** Readings of one page of `history`: no frame of 32 KB holds more, the least that says a reading is some 70 bytes. */
  historyReadings: 500,
  /** Readings that a `since` may bring back; where there are more, nothing is replayed. */
  replayedReadings: 5_000,
  /**
   * A resumption goes back by this much more than `since`. A reading is recorded, then pushed by an invocation of at
   * most 10 s; what was recorded longer ago than that, the viewer had before the newest frame it had, unless it is owed.
   */
  resumeOverlapMs: 15_000,
  /** For how long a principal's resumptions go back further, after the edge did not take something for one of its connections. */
  debtMs: 15 * 60 * 1000,
  /** A connection is told of its end, and of its token's, this long before. More than a heartbeat, or it could miss both. */
  noticeMs: 6 * 60 * 1000,
  /** API Gateway cuts every connection after two hours. */
  connectionMs: 2 * 60 * 60 * 1000,
  /** API Gateway cuts a connection on which nothing was said for 10 minutes; the client pings every 5. */
  heartbeatMs: 5 * 60 * 1000,
} as const;
