import { batch } from '@preact/signals';
import { healthOf } from './health.ts';
import { ageOf, type Device } from './device.ts';
import { formatAge } from '../format.ts';

/**
 * How long a device rests once it was drawn, ms. Nobody reads a number that stands for less than 250, and nobody reads
 * hundreds of them at once: from 250 devices on it grows with their number, so that a second sees 1,000 drawn at most.
 */
const restMs = (shown: number): number => Math.min(1_000, Math.max(250, shown));
/** What drawing tiles may take of a frame of 16.7 ms; the rest is the browser's, and other work's. */
const budgetMs = 4;
/** At 60 Hz, ms. */
const frameMs = 1_000 / 60;
/** So few are drawn in one frame, though there be time for their turns to be spread. */
const fewAtOnce = 8;

/** How many a frame draws at most, so that the turns of all are spread over the time for which each rests. */
const spread = (shown: number): number => Math.max(fewAtOnce, Math.ceil((shown * frameMs) / restMs(shown)));

export type Drawing = {
  /** Which devices are on the screen, in the order of their places. */
  show: (devices: readonly Device[]) => void;
  /** Something changed. */
  touch: () => void;
  /** Time passed: ages and healths may read differently. */
  tick: (serverNow: number) => void;
};

type Dependencies = {
  /** Calls back before the next frame is drawn. */
  nextFrame: (draw: () => void) => unknown;
  /** ms, for spans. */
  clock: () => number;
  serverNow: () => number;
  /** How long the readings of a device may be held back on purpose, ms. */
  heldBackMs: (device: Device) => number;
};

/** What its tile says of the time: it is drawn anew when that changes. */
const timeText = (device: Device, now: number, heldBackMs: number): string =>
  `${formatAge(ageOf(device, now))} ${healthOf(device, now, heldBackMs)}`;

/**
 * Has the devices on the screen drawn: each at most four times a second, hundreds more seldom, and so many a frame as fit
 * a budget, in the order of their places. So a frame repaints a strip of the page, not spots all over it, and no flood of
 * readings makes the page slow: it makes the single tile wait.
 */
export const drawing = ({ nextFrame, clock, serverNow, heldBackMs }: Dependencies): Drawing => {
  const said = new WeakMap<Device, string>();
  let shown: readonly Device[] = [];
  let next = 0;
  let waiting = false;
  /** ms a tile takes, learned from the last frames. */
  let cost = 0.1;

  const isDue = (device: Device, now: number): boolean =>
    device.isDirty && now - device.drawnAt >= restMs(shown.length);

  const draw = (device: Device, now: number): void => {
    const server = serverNow();
    said.set(device, timeText(device, server, heldBackMs(device)));
    device.isDirty = false;
    device.drawnAt = now;
    device.drawn.value += 1;
  };

  /** Those whose turn it is, at most so many; the next frame goes on behind the last of them. */
  const due = (now: number, most: number): Device[] => {
    const found: Device[] = [];
    for (let looked = 0; looked < shown.length && found.length < most; looked += 1) {
      next = next < shown.length ? next : 0;
      const device = shown[next];
      if (device !== undefined && isDue(device, now)) found.push(device);
      next += 1;
    }
    return found;
  };

  const frame = (): void => {
    waiting = false;
    const started = clock();
    const most = Math.max(1, Math.min(spread(shown.length), Math.floor(budgetMs / cost)));
    const devices = due(started, most);
    batch(() => devices.forEach((device) => draw(device, started)));
    // Components render in a microtask that was asked for above, so before this one.
    if (devices.length > 0)
      queueMicrotask(() => (cost = 0.8 * cost + (0.2 * (clock() - started)) / devices.length));
    if (shown.some(({ isDirty }) => isDirty)) soon();
  };

  const soon = (): void => {
    if (waiting) return;
    waiting = true;
    nextFrame(frame);
  };

  return {
    show: (devices) => {
      shown = devices;
      soon();
    },
    touch: soon,
    tick: (now) => {
      for (const device of shown)
        if (said.get(device) !== timeText(device, now, heldBackMs(device))) device.isDirty = true;
      soon();
    },
  };
};
