import type { Frame } from '../protocol.ts';
import type { ClientClock } from './clock.ts';

/**
 * When the server sent a frame, by its clock, epoch ms; 0 where it does not say. Not every `at` is that: a token's end
 * lies ahead, and a device's presence is dated by another service's clock.
 */
const serverTimeOf = (frame: Frame): number => {
  switch (frame.type) {
    case 'welcome':
    case 'pong':
      return frame.serverTime;
    case 'sensor_update':
      return frame.sentAt;
    case 'sensor_batch':
      return frame.updates.reduce((newest, { sentAt }) => Math.max(newest, sentAt), 0);
    case 'snapshot_end':
    case 'live':
    case 'noted':
    case 'note':
      return frame.at;
    default:
      return 0;
  }
};

/**
 * A token taken this short a time before the end of the old one, ms, counts as late: delivery goes on by the old one for
 * SUBSCRIPTION_CACHE_MS, and the clocks are apart by the way of a frame.
 */
const lateMs = 2_000;

/** The server's clock, as far as the frames of one connection tell. */
export class ServerClock {
  readonly #clock: ClientClock;
  #newest = 0;
  #tokenExpiresAt = Infinity;
  #offset = 0;

  constructor(clock: ClientClock) {
    this.#clock = clock;
  }

  /**
   * The newest server time of a frame of this connection, epoch ms; 0 before the first. Stops where the token expires:
   * from there on the server withholds readings, though it goes on answering.
   */
  get newest(): number {
    return this.#newest;
  }

  see(frame: Frame): void {
    if (frame.type === 'welcome') this.#tokenExpiresAt = frame.tokenExpiresAt;
    if (frame.type === 'authenticated') this.#tokenExpiresAt = frame.expiresAt;
    this.#newest = Math.max(this.#newest, Math.min(serverTimeOf(frame), this.#tokenExpiresAt));
    // The others may have waited for their turn.
    if (frame.type === 'welcome' || frame.type === 'pong')
      this.#offset = frame.serverTime - this.#clock.now();
  }

  /** The server's time of now, epoch ms. */
  now(): number {
    return this.#clock.now() + this.#offset;
  }

  /** Whether a token that is taken now comes too late for readings to have come all the time. */
  isTokenLate(): boolean {
    return this.now() + lateMs >= this.#tokenExpiresAt;
  }

  /** A time of the server by this client's clock. */
  local(serverTime: number): number {
    return serverTime - this.#offset;
  }

  /** Another connection begins. What the clocks are apart stays. */
  reset(): void {
    this.#newest = 0;
    this.#tokenExpiresAt = Infinity;
  }
}
