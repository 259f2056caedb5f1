/** Limits of one WebSocket API. Bytes, milliseconds and characters as the names say. */
export type Limits = {
  frameBytes: number;
  messageBytes: number;
  idleMs: number;
  ageMs: number;
  urlCharacters: number;
  /** All header lines of a handshake together. */
  headerBytes: number;
  /** Bytes that may wait for one slow reader before `@connections` answers 429. */
  bufferedBytes: number;
  /** Wall time within which a message that has begun must be complete. */
  partialMessageMs: number;
  /** Wall time a peer has to answer our close frame. */
  closeMs: number;
};

/**
 * "Quotas for configuring and running a WebSocket API" of the API Gateway guide, none of them adjustable; the headers' from memory. The last
 * three are not AWS's: AWS does not publish its buffer, and the other two keep hostile peers from holding this process.
 */
export const awsLimits: Limits = {
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
  idleMs: 10 * 60_000,
  ageMs: 2 * 60 * 60_000,
  urlCharacters: 4096,
  headerBytes: 10_240,
  bufferedBytes: 1024 * 1024,
  partialMessageMs: 10_000,
  closeMs: 5_000,
};

/** The longest an integration may take, and the default (50 ms to 29 s). */
export const integrationTimeoutMs = 29_000;
/** An authorizer's whole result as JSON. */
export const authorizerResultBytes = 8 * 1024;
