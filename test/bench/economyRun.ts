import { setTimeout as wait } from 'node:timers/promises';
import { createMeter, type Meter } from '../../infra/twin/meter.ts';
import { countsOf, used, usedSince, type Counts } from './economyCounts.ts';
import { startDevices } from './economyDevices.ts';
import type { Received } from './economyReceived.ts';
import { devicesOf, wantedIn, type Scene } from './economyScene.ts';
import { expectedPosts, type Shape } from './economyShapes.ts';
import { startShape } from './economyStart.ts';
import { openViewers } from './economyViewers.ts';
import { hopelessMs } from './hopelessMs.ts';
import { reportedKinds } from './reportedKinds.ts';

/** What came of one shape. */
export type ShapeResult = {
  readonly shape: Shape;
  /** Readings acknowledged by the broker. */
  readonly published: number;
  readonly viewers: Received;
  /** Posts to `@connections`. */
  readonly posts: number;
  readonly counts: Counts;
  /** As functions ran here, ms: says nothing of AWS. */
  readonly measuredLambdaMs: number;
  /** From the last reading to quiet. */
  readonly drainSeconds: number;
  readonly reported: readonly string[];
};

/** Nothing happens any more. */
const quietMs = 3_000;
const longestDrainMs = 20 * 60_000;

const activityOf = (meter: Meter): number => {
  const usage = meter.read();
  return used(usage, 'lambda.requests') + used(usage, 'lambda.posts') + used(usage, 'websocket.messages');
};

const lookMs = 100;

/** Resolves once the twin has been quiet for as long as `enoughMs` says: by looks, since a process that stood still was not quiet. */
const quiet = async (meter: Meter, enoughMs: () => number): Promise<void> => {
  const begun = performance.now();
  let [activity, looks] = [activityOf(meter), 0];
  while (looks * lookMs < enoughMs()) {
    await wait(lookMs);
    const now = activityOf(meter);
    looks = now === activity ? looks + 1 : 0;
    activity = now;
    if (performance.now() - begun > longestDrainMs) return;
  }
};

/** Runs the scene in one shape. `progress` hears from 0 to 1 how much has reached viewers. */
export const runShape = async (
  shape: Shape,
  scene: Scene,
  progress: (part: number) => void = () => undefined,
): Promise<ShapeResult> => {
  const meter = createMeter();
  const closing: (() => unknown)[] = [];
  try {
    const running = await startShape(shape, meter);
    closing.push(running.close);
    const devices = await startDevices(running.mqttUrl, devicesOf(scene));
    closing.push(devices.close);
    const viewers = await openViewers(scene, running.doorOf);
    closing.push(viewers.close);
    await quiet(meter, () => quietMs);

    const before = meter.read();
    const expected = expectedPosts(shape, scene) ?? wantedIn(scene);
    const telling = setInterval(() => {
      const { received, unwanted } = viewers.read();
      progress((received + unwanted) / expected);
    }, 250);
    closing.push(() => clearInterval(telling));
    const published = await devices.publishFor(scene.seconds);
    const ended = performance.now();
    await quiet(meter, () => (viewers.read().missing === 0 ? quietMs : hopelessMs));
    const usage = usedSince(before, meter.read());
    return {
      shape,
      published,
      viewers: viewers.read(),
      posts: used(usage, 'lambda.posts'),
      counts: countsOf(usage, scene),
      measuredLambdaMs: used(usage, 'lambda.ms'),
      drainSeconds: Math.round((performance.now() - ended - quietMs) / 100) / 10,
      reported: reportedKinds(running.reported),
    };
  } finally {
    for (const close of closing.reverse()) await close();
  }
};
