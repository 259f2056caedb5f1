/**
 * Time as the twin sees it. Everything that waits (idle cut, two-hour cut, retries, delays, TTL) asks this clock, so
 * that a test can make two hours pass in seconds. Timers never keep the process alive.
 */
export type Clock = {
  /** Epoch milliseconds on this clock. */
  now: () => number;
  /** Calls `action` once, `ms` of this clock's milliseconds from now. Returns what cancels it. */
  after: (ms: number, action: () => void) => () => void;
  /** How it follows the wall clock; absent when it does not, such as a clock that a test moves by hand. */
  readonly course?: Course;
};

/** A clock that showed the wall clock's time at `start` (epoch ms) and runs `speed` times as fast ever since. */
export type Course = { readonly start: number; readonly speed: number };

/** What a clock of this course shows when the wall clock shows `wall` (both epoch ms, whole ones). */
export const timeOn = ({ start, speed }: Course, wall: number): number =>
  Math.floor(start + (wall - start) * speed);

/** A clock that runs `speed` times as fast as the wall clock, starting from the present. `speed` > 0. */
export const scaledClock = (speed = 1): Clock => {
  const course = { start: Date.now(), speed };
  return {
    now: () => timeOn(course, Date.now()),
    after: (ms, action) => {
      const timer = setTimeout(action, ms / speed).unref();
      return () => clearTimeout(timer);
    },
    course,
  };
};

/**
 * How long `ms` of work last on the clock. Only waiting is faster on a fast clock: a function needs as many wall
 * milliseconds as ever, so what limits work (its time-out, an integration's) is as long in wall time as AWS has it.
 */
export const workTime = ({ course }: Clock, ms: number): number => ms * (course?.speed ?? 1);

/** The wall milliseconds in which `ms` pass on the clock: how long work took, by {@link workTime}'s rule. */
export const workDone = ({ course }: Clock, ms: number): number => ms / (course?.speed ?? 1);
