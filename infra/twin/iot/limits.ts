/**
 * What AWS IoT Core allows, in one place (AWS General Reference, "AWS IoT Core endpoints and quotas", message broker
 * limits, unless marked). Those marked "unverified" come from observation, not from a page.
 */

/** Largest payload of a PUBLISH, bytes. */
export const maxPayloadBytes = 128 * 1024;

/** Largest whole packet, bytes: AWS announces it in the CONNACK of MQTT 5 (unverified). */
export const maxPacketBytes = 149_504;

/** Largest topic and topic filter, UTF-8 bytes, and most slashes; the Basic Ingest prefix counts for neither. */
export const maxTopicBytes = 256;
export const maxTopicSlashes = 7;

/** Longest client id, UTF-8 bytes. */
export const maxClientIdBytes = 128;

/** Publishes per second and connection; what exceeds it is discarded, without a PUBACK. */
export const maxPublishesPerSecond = 100;

/** Topic filters in one SUBSCRIBE, and subscriptions of one connection. */
export const maxFiltersPerSubscribe = 8;
export const maxSubscriptions = 50;

/** Unacknowledged QoS 1 messages from a client; announced in the CONNACK of MQTT 5, not enforced by the twin. */
export const maxUnacknowledged = 100;

/** Topic aliases a client may use (MQTT 5). */
export const maxTopicAlias = 8;

/** How long a persistent session outlives its connection at most, in seconds (default quota). MQTT 5 clients only. */
export const maxSessionExpirySeconds = 3600;

/** Levels of JSON that rule SQL reads; a deeper document counts as non-JSON, since nothing could write it out again. */
export const maxJsonDepth = 500;
