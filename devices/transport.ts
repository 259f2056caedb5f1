/** What a device says. `payload` as text is sent as UTF-8. */
export type Message = {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  /** Default 1. With 0 nobody answers: the outcome is `unacknowledged`. */
  readonly qos?: 0 | 1;
  /** Default false. */
  readonly retain?: boolean;
};

/** How a device presents itself to its broker. */
export type DeviceLogin = {
  readonly clientId: string;
  /** PEM texts. Used where the transport uses TLS. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** What the broker says for the device once it is gone without a goodbye. */
  readonly will?: Message;
  readonly username?: string;
  readonly password?: string;
};

/**
 * What became of one message: the broker took it; the broker answered no, or closed the connection on it again and again;
 * it was pushed out of the full local buffer; or nobody knows, as no answer came before the connection was closed.
 */
export type PublishOutcome = 'acknowledged' | 'refused' | 'dropped' | 'unacknowledged';

/** Told about one device's connection, any number of times, until it is closed. `reason` is a few plain words. */
export type ConnectionListener = {
  connected: () => void;
  /** An attempt failed or a connection was lost, `drop()` included; the transport tries again by itself. */
  lost: (reason: string) => void;
  /** Instead of `lost`: the broker will not have this device, as it presents itself. It is tried again all the same. */
  refused: (reason: string) => void;
};

export type DeviceConnection = {
  /**
   * Publishes at least once (QoS 1) or at most once (QoS 0). While there is no connection the message waits in a bounded
   * buffer, whose oldest message gives way. Settles once the fate of the message is known; never rejects.
   */
  publish: (message: Message) => Promise<PublishOutcome>;
  /**
   * Cuts the connection without a goodbye, as a network would, so that the broker sends the will; stays away until
   * `resume()`. What is published meanwhile waits.
   */
  drop: () => void;
  /** Connects again at once after a `drop()`; otherwise does nothing. */
  resume: () => void;
  /** Says goodbye and closes. What still waits for an answer settles as `unacknowledged`. Never rejects. */
  close: () => Promise<void>;
};

/** The way from a device to its broker. */
export type Transport = {
  /** Begins to connect at once and keeps trying, with jittered back-off, until dropped or closed. */
  connect: (device: DeviceLogin, listener: ConnectionListener) => DeviceConnection;
};
