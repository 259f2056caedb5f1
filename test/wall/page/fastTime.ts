import type { Course } from '../../../infra/twin/clock.ts';

/**
 * Goes into a page before anything of it does: its clock is the twin's, and waiting is as much shorter. Work takes as long
 * as ever, so what limits it (10 s for an answer, 30 s to catch up) is as long in wall time as it always is; so are waits
 * under a second, which put updates in order that come no faster, and `performance.now`, frames and what the network does.
 */
declare const FIELDCAST_COURSE: Course; // Given by esbuild.

const { start, speed } = FIELDCAST_COURSE;
const wall = Date.now;
const now = (): number => Math.floor(start + (wall() - start) * speed);

globalThis.Date = new Proxy(Date, {
  get: (target, key): unknown => (key === 'now' ? now : Reflect.get(target, key)),
  construct: (target, args: unknown[]) =>
    args.length === 0 ? new target(now()) : (Reflect.construct(target, args) as Date), // what it constructs
});

/** The client's alarms look at the clock every 30 s: that is waiting, where another 30 s is a limit. */
const isAlarm = (action: unknown): boolean => String(action).includes('.now()');
const isLimit = (action: unknown, ms: number): boolean =>
  ms === 10_000 || (ms === 30_000 && !isAlarm(action));

const fast =
  <T>(set: (action: () => void, ms: number) => T) =>
  (action: () => void, ms = 0): T =>
    set(action, ms < 1_000 || isLimit(action, ms) ? ms : ms / speed);

Object.assign(globalThis, { setTimeout: fast(setTimeout), setInterval: fast(setInterval) });
