import { expect, it } from 'vitest';
import { atMost } from './atMost.ts';

const stage = () => {
  let now = 0;
  const drawn: number[] = [];
  let timers: { at: number; call: () => void }[] = [];
  const later = (call: () => void, ms: number): unknown => timers.push({ at: now + ms, call });
  const pacing = atMost(100, { nextFrame: (frame) => later(frame, 16), later, clock: () => now }, () =>
    drawn.push(now),
  );
  const pass = (ms: number): void => {
    for (const until = now + ms; now < until; now += 1) {
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { call } of due) call();
    }
  };
  return { pacing, drawn, pass };
};

it('what is touched all the time is drawn ten times a second at most', () => {
  const { pacing, drawn, pass } = stage();
  for (let ms = 0; ms < 1_000; ms += 1) {
    pacing.touch();
    pass(1);
  }
  expect(drawn.length).toBeGreaterThanOrEqual(8);
  expect(drawn.length).toBeLessThanOrEqual(10);
});

it('what is touched after a rest is drawn in the next frame, once', () => {
  const { pacing, drawn, pass } = stage();
  pacing.touch();
  pacing.touch();
  pass(500);
  expect(drawn).toEqual([16]);
});

it('nothing is drawn after the end', () => {
  const { pacing, drawn, pass } = stage();
  pacing.touch();
  pacing.end();
  pass(500);
  expect(drawn).toEqual([]);
});
