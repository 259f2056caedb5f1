/** Those of AWS's reasons that the twin tells apart (AWS IoT developer guide, "Lifecycle events", disconnectReason). */
export type DisconnectReason =
  | 'AUTH_ERROR'
  | 'CLIENT_ERROR'
  | 'CLIENT_INITIATED_DISCONNECT'
  | 'CONNECTION_LOST'
  | 'DUPLICATE_CLIENTID'
  | 'MQTT_KEEP_ALIVE_TIMEOUT';

/** Why connections end, noted by whoever knows first. */
export type DisconnectReasons = {
  /** Does nothing for a connection that has a reason already. */
  note: (connection: object, reason: DisconnectReason) => void;
  of: (connection: object) => DisconnectReason;
};

export const createDisconnectReasons = (): DisconnectReasons => {
  const reasons = new WeakMap<object, DisconnectReason>();
  return {
    note: (connection, reason) => {
      if (!reasons.has(connection)) reasons.set(connection, reason);
    },
    of: (connection) => reasons.get(connection) ?? 'CONNECTION_LOST',
  };
};
