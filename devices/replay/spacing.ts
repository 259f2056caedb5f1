/**
 * AWS IoT Core discards, without an answer, what exceeds 100 publishes a second of one connection ("Publish requests per
 * second per connection").
 */
const shortestGapMs = 10;
/** So far behind its recording a device may be before it is told: a burst that is soon over is not worth a word. */
const notableMs = 1_000;

/** Keeps what each device says as far apart as one connection may say it. Moments are ms after the start. */
export type Spacing = {
  /** When a reading of `device` that was scheduled for `moment` is due: then, or a gap after the one before. */
  due: (device: string, moment: number) => number;
  /** The earliest moment for the next: the one before may have gone out late. */
  freeAt: (device: string) => number;
  sent: (device: string, moment: number) => void;
  /** Whether a device was ever a second behind its recording for that. */
  isSlowed: () => boolean;
};

export const spacing = (): Spacing => {
  const dueNext = new Map<string, number>();
  const freeNext = new Map<string, number>();
  let isSlowed = false;
  return {
    due: (device, moment) => {
      const due = Math.max(moment, dueNext.get(device) ?? 0);
      dueNext.set(device, due + shortestGapMs);
      isSlowed ||= due - moment > notableMs;
      return due;
    },
    freeAt: (device) => freeNext.get(device) ?? 0,
    sent: (device, moment) => void freeNext.set(device, moment + shortestGapMs),
    isSlowed: () => isSlowed,
  };
};
