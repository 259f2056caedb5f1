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

/** The server's clock, as far as the frames of one connection tell. */
export class ServerClock {
  readonly #clock: ClientClock;
  #newest = 0;
  #offset = 0;

  constructor(clock: ClientClock) {
    this.#clock = clock;
  }

  /** The newest server time of a frame of this connection, epoch ms; 0 before the first. */
  get newest(): number {
    return this.#newest;
  }

  see(frame: Frame): void {
    this.#newest = Math.max(this.#newest, serverTimeOf(frame));
    // The others may have waited for their turn.
    if (frame.type === 'welcome' || frame.type === 'pong')
      this.#offset = frame.serverTime - this.#clock.now();
  }

  /** The server's time of now, epoch ms. */
  now(): number {
    return this.#clock.now() + this.#offset;
  }

  /** A time of the server by this client's clock. */
  local(serverTime: number): number {
    return serverTime - this.#offset;
  }

  /** Another connection begins. What the clocks are apart stays. */
  reset(): void {
    this.#newest = 0;
  }
}
