import type { Clock } from '../clock.ts';

/**
 * Calls `expire` when a connection has been idle for `idleMs` or is `ageMs` old, whichever comes first; returns what
 * stops it. The timer is not moved at each message: when it rings, it looks whether there was one.
 */
export const startLifetime = (
  clock: Clock,
  { idleMs, ageMs }: { idleMs: number; ageMs: number },
  lastActiveAt: () => number,
  expire: () => void,
): (() => void) => {
  const cancelAge = clock.after(ageMs, expire);
  let cancelIdle = (): void => undefined;
  const watchIdle = (): void => {
    const left = lastActiveAt() + idleMs - clock.now();
    if (left <= 0) expire();
    else cancelIdle = clock.after(left, watchIdle);
  };
  watchIdle();
  return () => {
    cancelAge();
    cancelIdle();
  };
};
