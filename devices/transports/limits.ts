/** AWS IoT Core takes 100 unacknowledged QoS 1 messages a connection: "Maximum inbound unacknowledged QoS 1 publish requests". */
export const maxInFlight = 100;

/** Messages a device keeps while it has no connection, where nothing else is said. */
export const defaultBufferSize = 1_000;

/** How long a goodbye may take before the socket is cut, ms. */
export const goodbyeMs = 1_000;

/** How long an attempt to connect may take, ms. */
export const connectTimeoutMs = 5_000;

/** How long the broker keeps the session of a device that is away, s; AWS IoT Core's default. */
export const sessionExpirySeconds = 3_600;
