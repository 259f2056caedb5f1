/**
 * What became of one message: the broker took it; the broker answered no; it was pushed out of the full local buffer; or
 * the connection was closed before an answer came, so that nobody knows.
 */
export type PublishOutcome = 'acknowledged' | 'refused' | 'dropped' | 'unacknowledged';

/** Told about one device's connection, any number of times, until it is closed. */
export type ConnectionListener = {
  connected: () => void;
  /** An attempt failed or a connection was lost; the transport tries again by itself. `reason` is a few plain words. */
  lost: (reason: string) => void;
};

export type DeviceConnection = {
  /**
   * Publishes at least once (QoS 1). While there is no connection the message waits in a bounded buffer, whose oldest
   * message gives way. Settles once the fate of the message is known; never rejects.
   */
  publish: (topic: string, payload: string) => Promise<PublishOutcome>;
  /** Says goodbye and closes. What still waits for an answer settles as `unacknowledged`. Never rejects. */
  close: () => Promise<void>;
};

/** The way from a device to its broker. */
export type Transport = {
  /** Begins to connect at once and keeps trying, with jittered back-off, until closed. */
  connect: (clientId: string, listener: ConnectionListener) => DeviceConnection;
};
