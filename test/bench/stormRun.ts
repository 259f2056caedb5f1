import { setTimeout as wait } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import pLimit from 'p-limit';
import { host } from '../../infra/local/ports.ts';
import { telemetryTopic } from '../../ingest/topic.ts';
import { freePorts, startForTest } from '../local.ts';
import { hopelessMs } from './hopelessMs.ts';
import { latencyOf, type Latency } from '../../devices/ledger/latency.ts';
import { openViewer } from './openViewer.ts';
import { readingsInFrame } from './readingsInFrame.ts';
import { reportedKinds } from './reportedKinds.ts';
import { openRows, type Rows } from './stormRows.ts';
import { deadConnection, deadIds, longestSeconds, region, type Storm } from './stormScene.ts';
import { watchPosts, type Wave } from './stormWatch.ts';

/** What became of one reading of the storm. Times are ms after it was published. */
export type StormReading = {
  readonly live: Latency;
  readonly dead: { readonly posts: number; readonly fromMs: number; readonly toMs: number } | undefined;
};

export type StormResult = {
  /** Publish to receipt, ms, by the live viewers. */
  readonly baseline: Latency;
  readonly storm: Latency;
  /** Pairs of a reading and a live viewer that did not come together. */
  readonly missing: number;
  /** Dead connections that were posted to. */
  readonly posted: number;
  readonly mostPosts: number;
  /** After the first reading that met them; undefined if some were still there at the end. */
  readonly subscriptionsGoneSeconds: number | undefined;
  readonly connectionsGoneSeconds: number | undefined;
  readonly readings: readonly StormReading[];
  readonly reported: readonly string[];
};

const opening = 20;

/** What the viewers got, by the readings' numbers. */
const receipts = () => {
  const publishedAt: number[] = [];
  const latencies: Map<string, number>[] = []; // By the viewer.
  return {
    published: (): number => {
      latencies.push(new Map());
      return publishedAt.push(Date.now()) - 1;
    },
    /** What comes again, as it may, counts once. */
    receive: (viewer: string, text: string): void => {
      const now = Date.now();
      for (const { seq } of readingsInFrame(text))
        if (latencies[seq]?.has(viewer) === false)
          latencies[seq].set(viewer, now - (publishedAt[seq] ?? now));
    },
    publishedAt: (seq: number): number => publishedAt[seq] ?? 0,
    count: (): number => publishedAt.length,
    received: (): number => latencies.reduce((sum, ofReading) => sum + ofReading.size, 0),
    /** Of the readings from this one up to that one, without it. */
    between: (from: number, to: number): Latency =>
      latencyOf(latencies.slice(from, to).flatMap((ofReading) => [...ofReading.values()])),
  };
};

/** A device, connected. Its `seq` is given: each reading of the scene has its own. */
const speaker = async (url: string, deviceId: string) => {
  const client = await connectAsync(url, { clientId: deviceId, protocolVersion: 5 });
  return {
    say: (seq: number): void => {
      const payload = JSON.stringify({ boot: 1, seq, ts: Date.now(), temperature: 21.5 });
      client.publish(telemetryTopic(region, deviceId), payload, { qos: 1 });
    },
    close: () => client.endAsync(true),
  };
};

const after = (published: number, wave: Wave | undefined): StormReading['dead'] =>
  wave && { posts: wave.posts, fromMs: wave.from - published, toMs: wave.to - published };

/** Resolves to the seconds after which `isOver` held, asked every so often; undefined if it did not within `seconds`. */
const secondsUntil = async (
  isOver: () => Promise<boolean>,
  { from, seconds, everyMs }: { from: number; seconds: number; everyMs: number },
): Promise<number | undefined> => {
  for (;;) {
    const isLate = performance.now() - from > seconds * 1_000;
    if (await isOver()) return Math.round((performance.now() - from) / 100) / 10;
    if (isLate) return undefined;
    await wait(everyMs);
  }
};

const untilGone = async (rows: Rows, from: number) => {
  const subscriptionsGoneSeconds = await secondsUntil(async () => !(await rows.isDeadSubscribed()), {
    ...{ from, seconds: longestSeconds, everyMs: 250 },
  });
  const connectionsGoneSeconds = await secondsUntil(async () => (await rows.deadConnections()) === 0, {
    ...{ from, seconds: longestSeconds, everyMs: 1_000 },
  });
  return { subscriptionsGoneSeconds, connectionsGoneSeconds };
};

/** What is going on, for whoever waits. */
export type Phase = 'viewers connect' | 'rest' | 'baseline' | 'dead rows are written' | 'storm' | 'settling';

/**
 * Devices at 1 Hz, in front of live viewers only and then of many dead ones too. What they say while the dead connections are
 * written counts for neither latency; for the moment in which their subscriptions are, they are silent, so that the first
 * reading after it meets all of them at once.
 */
export const runStorm = async (
  storm: Storm,
  progress: (phase: Phase) => void = () => undefined,
): Promise<StormResult> => {
  const ids = deadIds(storm);
  const posts = watchPosts(new Set(ids));
  const ports = await freePorts();
  const closing: (() => unknown)[] = [];
  try {
    const local = await startForTest({
      ...{ ports, witness: posts.witness, settings: { ingest: storm.ingest } },
    });
    closing.push(() => local.close());
    const rows = await openRows(`http://${host}:${ports.dynamodb}`);
    closing.push(() => rows.close());
    const devices = await Promise.all(
      Array.from({ length: storm.devices }, (_, place) => speaker(local.mqttUrl, `storm-${place + 1}`)),
    );
    for (const device of devices) closing.push(device.close);

    const { published, receive, publishedAt, count, received, between } = receipts();
    progress('viewers connect');
    await pLimit(opening).map(
      Array.from({ length: storm.live }, (_, place) => `viewer-${place}`),
      async (subject) => {
        const token = await local.sign({ subject, groups: ['*'], expiresIn: '1h' });
        const socket = await openViewer(
          {
            url: local.webSocketUrl,
            protocols: ['fieldcast.v1', `bearer.${token}`],
            subscribe: { action: 'subscribe', id: 's1', to: { region }, snapshot: false },
          },
          (text) => receive(subject, text),
        );
        closing.push(() => socket.terminate());
      },
    );

    /** Takes a second. */
    const publishEach = async (): Promise<void> => {
      for (const device of devices) {
        device.say(published());
        await wait(1_000 / devices.length);
      }
    };
    const publishWhile = async (goesOn: (second: number) => boolean): Promise<void> => {
      for (let second = 0; goesOn(second); second += 1) await publishEach();
    };
    const settled = async (): Promise<void> => {
      let [before, since] = [received(), performance.now()];
      while (before < count() * storm.live && performance.now() - since < hopelessMs) {
        await wait(100);
        if (received() !== before) [before, since] = [received(), performance.now()];
      }
    };

    await publishEach(); // Warms environments up; not counted.
    await settled();
    progress('rest');
    await publishWhile((second) => second < storm.restSeconds);
    await settled();
    progress('baseline');
    const baselineFrom = count();
    await publishWhile((second) => second < storm.baselineSeconds);
    await settled();
    const baselineTo = count();
    progress('dead rows are written');
    const dead = ids.map(deadConnection);
    let areWritten = false;
    const writing = rows.writeConnections(dead).finally(() => (areWritten = true));
    await Promise.all([writing, publishWhile(() => !areWritten)]);
    await settled();
    await rows.writeSubscriptions(dead);

    progress('storm');
    const stormFrom = count();
    let areGone = false;
    const gone = untilGone(rows, performance.now()).finally(() => (areGone = true));
    const [ends] = await Promise.all([
      gone,
      publishWhile((second) => second < storm.leastSeconds || (!areGone && second < longestSeconds)),
    ]);
    progress('settling');
    await settled();
    return {
      ...ends,
      ...posts.read(),
      baseline: between(baselineFrom, baselineTo),
      storm: between(stormFrom, count()),
      missing: count() * storm.live - received(),
      readings: Array.from({ length: count() - stormFrom }, (_, place) => ({
        live: between(stormFrom + place, stormFrom + place + 1),
        dead: after(publishedAt(stormFrom + place), posts.waveOf(stormFrom + place)),
      })),
      reported: reportedKinds(local.reported),
    };
  } finally {
    for (const close of closing.reverse()) await close();
  }
};
