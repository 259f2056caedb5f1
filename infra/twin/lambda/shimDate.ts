import { timeOn, type Course } from '../clock.ts';

/**
 * Makes `Date` of this thread show the twin's clock: `Date.now()`, `new Date()` and `Date()`; everything else of it stays
 * as it is. Timers and `performance` keep wall time, since the same `setTimeout` also guards I/O, which no clock
 * hastens: a function that sleeps a second sleeps a wall second, which is longer on a fast clock, never shorter.
 */
export const shimDate = (course: Course): void => {
  const wall = Date;
  const now = (): number => timeOn(course, wall.now());
  const shim = new Proxy(wall, {
    construct: (target, values: unknown[], newTarget) =>
      Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget) as Date,
    apply: () => new wall(now()).toString(),
    get: (target, key, receiver): unknown => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
  wall.prototype.constructor = shim;
  globalThis.Date = shim;
};
