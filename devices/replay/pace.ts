/** How fast a recording is played: `speed` times as fast as it was, or so many readings a second whatever their times. */
export type Pace = { readonly speed: number } | { readonly rate: number };

export type Schedule = {
  /** When the next reading is due, ms after the start; never before the one before it. `at`: when it was recorded, epoch ms. */
  next: (at: number) => number;
  /** The recording begins again. */
  again: () => void;
};

/** Between the last reading and the first of the next round, where a recording has one time only. */
const onlyGapMs = 1_000;

const evenly = (rate: number): Schedule => {
  let n = 0;
  return { next: () => (n++ * 1_000) / rate, again: () => undefined };
};

const asRecorded = (speed: number): Schedule => {
  let [startsAt, due, count] = [0, 0, 0];
  let first: number | undefined;
  return {
    next: (at) => {
      first ??= at;
      count += 1;
      return (due = Math.max(due, startsAt + (at - first) / speed));
    },
    again: () => {
      const gap = count > 1 ? (due - startsAt) / (count - 1) : 0;
      startsAt = due + (gap === 0 ? onlyGapMs : gap);
      [due, first, count] = [startsAt, undefined, 0];
    },
  };
};

/** The moments of a recording's readings, those of every further round as far from the last as its readings are from each other. */
export const scheduleOf = (pace: Pace): Schedule =>
  'rate' in pace ? evenly(pace.rate) : asRecorded(pace.speed);
