import { describe, expect, it } from 'vitest';
import { newDevice, type Device } from './device.ts';
import { drawing } from './drawing.ts';
import { anUpdate } from './factories.testing.ts';

/** What draws `count` devices, by a clock and frames of its own. */
const drawn = (count: number) => {
  let time = 1_000;
  const frames: (() => void)[] = [];
  const devices = Array.from({ length: count }, (_, n) =>
    newDevice(anUpdate({ deviceId: `d${n}`, ts: 1_000, receivedAt: 1_000 })),
  );
  const draw = drawing({
    nextFrame: (frame) => frames.push(frame),
    clock: () => time,
    serverNow: () => time,
    heldBackMs: () => 0,
  });
  const frame = (): number => {
    const before = sum(devices);
    for (const one of frames.splice(0)) one();
    return sum(devices) - before;
  };
  return { draw, devices, frames, frame, pass: (ms: number) => (time += ms) };
};

const sum = (devices: readonly Device[]): number =>
  devices.reduce((all, { drawn: { value } }) => all + value, 0);

describe('drawing', () => {
  it('takes several frames for very many devices, and each in its turn', () => {
    const { draw, devices, frames, frame, pass } = drawn(500);
    draw.show(devices);
    let took = 0;
    for (; frames.length > 0; took += 1) {
      expect(frame()).toBeLessThanOrEqual(17);
      pass(1);
    }
    expect(took).toBeGreaterThan(8);
    expect(devices.every(({ drawn: { value } }) => value === 1)).toBe(true);
  });

  it('draws a device at most four times a second, and in the end its last reading', () => {
    const { draw, devices, frame, pass } = drawn(1);
    const [device] = devices;
    if (device === undefined) throw new Error('no device');
    draw.show(devices);
    let times = 0;
    for (let ms = 0; ms < 1_000; ms += 10) {
      device.isDirty = true;
      draw.touch();
      times += frame();
      pass(10);
    }
    expect(times).toBe(4);
    pass(250);
    expect(frame()).toBe(1);
    expect(device.isDirty).toBe(false);
  });

  it('lets each of hundreds rest longer, so that a second sees no more drawn than a thousand', () => {
    const { draw, devices, frame, pass } = drawn(500);
    draw.show(devices);
    let times = 0;
    for (let ms = 0; ms < 4_000; ms += 16) {
      for (const device of devices) device.isDirty = true;
      draw.touch();
      times += frame();
      pass(16);
    }
    expect(times / 4).toBeGreaterThan(850);
    expect(times / 4).toBeLessThan(1_150);
  });

  it('asks for no frame when there is nothing to draw', () => {
    const { draw, devices, frames, frame } = drawn(3);
    draw.show(devices);
    frame();
    expect(frames).toHaveLength(0);
  });

  it('draws anew when time alone changed what a tile says', () => {
    const { draw, devices, frames, frame, pass } = drawn(1);
    draw.show(devices);
    frame();
    draw.tick(pass(1_000));
    expect(frame()).toBe(0);
    draw.tick(pass(5_000));
    expect(frames).toHaveLength(1);
    expect(frame()).toBe(1);
  });

  it('leaves alone what is not on the screen', () => {
    const { draw, devices, frame } = drawn(4);
    draw.show(devices.slice(1, 3));
    frame();
    expect(devices.map(({ drawn: { value } }) => value)).toEqual([0, 1, 1, 0]);
  });
});
