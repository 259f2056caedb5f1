import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { bearerPrefix, subprotocol, type ErrorCode, type FrameType } from '../../fanout/protocol.ts';
import { telemetryTopic } from '../../ingest/topic.ts';
import type { Bench, Check, Edge, ViewerOptions } from './edge.ts';
import { connectRaw, type RawClient } from './rawClient.ts';

/** What came of one check. */
export type Outcome = { name: string; ms: number } & ({ passed: true } | { passed: false; why: string });

/** Frames and error codes that the edge has shown so far. */
export type Met = { frames: Set<FrameType>; codes: Set<ErrorCode> };
export const newMet = (): Met => ({ frames: new Set(), codes: new Set() });

const checkMs = 120_000;
const slowCheckMs = 600_000;

/** A device's connection, or the one through which all others publish. */
const connectDevice = (url: string, clientId: string): Promise<MqttClient> =>
  connectAsync(url, { clientId, reconnectPeriod: 0 });

/** A handshake that is answered with 5xx is to be repeated, as the contract has it. */
const connectPatiently = async (url: string, protocols: string[]): Promise<RawClient> => {
  for (let times = 0; ; times += 1)
    try {
      return await connectRaw(url, { protocols });
    } catch (error) {
      if (times === 5 || !/server response: 5\d\d/.test(String(error))) throw error;
      await wait(500);
    }
};

const openBench = async (edge: Edge) => {
  const suffix = randomBytes(4).toString('hex');
  const unique = (name: string) => `${name}-${suffix}`;
  const viewers: RawClient[] = [];
  const devices: MqttClient[] = [];
  const mqtt = async (clientId: string) => {
    const client = await connectDevice(edge.mqttUrl, clientId);
    devices.push(client);
    return client;
  };
  const publisher = await mqtt(unique('conformance'));
  const token = ({ grants = ['*'], subject = unique('ada'), expiresIn = '5m' }: ViewerOptions = {}) =>
    edge.token(grants, { subject, expiresIn });
  const bench: Bench = {
    edge,
    unique,
    token,
    mqtt,
    viewer: async (options) => {
      const protocols = [subprotocol, `${bearerPrefix}${await token(options)}`];
      const viewer = await connectPatiently(edge.url, protocols);
      viewers.push(viewer);
      await viewer.ask({ action: 'hello', id: 'hello' });
      return viewer;
    },
    publish: async ({ region, deviceId }, payload) => {
      await Promise.all([
        publisher.publishAsync(telemetryTopic(region, deviceId), JSON.stringify(payload), { qos: 1 }),
        wait(12), // IoT Core takes 100 a second from one connection.
      ]);
    },
  };
  const close = async () => {
    for (const viewer of viewers) viewer.close();
    await Promise.all(devices.map((device) => device.endAsync(true)));
  };
  return { bench, viewers, close };
};

const note = ({ frames, codes }: Met, viewers: readonly RawClient[]): void => {
  for (const frame of viewers.flatMap((viewer) => viewer.frames)) {
    frames.add(frame.type);
    if (frame.type === 'error') codes.add(frame.code);
  }
};

/** Runs one check on an edge. Throws what is wrong: what the check found, or a frame that the contract does not allow. */
export const runCheck = async (check: Check, edge: Edge, met: Met = newMet()): Promise<void> => {
  const { bench, viewers, close } = await openBench(edge);
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    const ms = check.slow === true ? slowCheckMs : checkMs;
    timer = setTimeout(() => reject(new Error(`Not done within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([check.run(bench), tooLong]);
    const violations = viewers.flatMap((viewer) => viewer.violations);
    if (violations.length > 0) throw new Error(`Not of the contract: ${violations.join('; ')}`);
  } finally {
    clearTimeout(timer);
    note(met, viewers);
    await close();
  }
};

/** The same as a value, with its time. */
export const outcomeOf = async (check: Check, edge: Edge, met?: Met): Promise<Outcome> => {
  const begun = performance.now();
  const spent = () => Math.round(performance.now() - begun);
  try {
    await runCheck(check, edge, met);
    return { name: check.name, ms: spent(), passed: true };
  } catch (error) {
    return { name: check.name, ms: spent(), passed: false, why: String(error) };
  }
};
