import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { host } from '../../infra/local/ports.ts';
import { bootTwin } from '../../infra/twin/boot.ts';
import type { Meter } from '../../infra/twin/meter.ts';
import { readCloudAssembly } from '../../infra/twin/template/cloudAssembly.ts';
import { freePorts, startForTest } from '../local.ts';
import type { SceneViewer } from './economyScene.ts';
import type { Shape } from './economyShapes.ts';
import type { ViewerDoor } from './openViewer.ts';
import { synthesizeSample } from './samples/stack.ts';

/** One shape, running on a twin of its own. */
export type RunningShape = {
  readonly mqttUrl: string;
  readonly doorOf: (viewer: SceneViewer) => Promise<ViewerDoor>;
  /** What the twin had to say so far. */
  readonly reported: readonly string[];
  readonly close: () => Promise<unknown>;
};

const startSample = async (byRegion: boolean, meter: Meter): Promise<RunningShape> => {
  const folder = await mkdtemp(join(tmpdir(), 'fieldcast-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove); // Also when it is stopped half-way.
  const reported: string[] = [];
  const { websocket, dynamodb, sqs, mqtt } = await freePorts();
  const twin = await bootTwin({
    stack: readCloudAssembly(synthesizeSample({ byRegion }, folder)),
    ports: { webSocket: websocket, dynamodb, sqs, mqtt },
    host,
    meter,
    report: (line) => reported.push(line),
    log: ({ line }) => line.startsWith('ERROR') && reported.push(line),
  });
  return {
    mqttUrl: `mqtt://${host}:${mqtt}`,
    doorOf: async ({ region }) => ({ url: `${twin.outputs['WebSocketUrl'] ?? ''}?region=${region}` }),
    reported,
    close: () =>
      twin.close().finally(() => {
        process.off('exit', remove);
        remove();
      }),
  };
};

const startOurs = async (ingest: 'direct' | 'queue', meter: Meter): Promise<RunningShape> => {
  const local = await startForTest({ settings: { ingest }, meter });
  const { mqttUrl, webSocketUrl, sign, reported, close } = local;
  return {
    mqttUrl,
    doorOf: async ({ name, region }) => {
      const token = await sign({ subject: name, groups: ['*'], expiresIn: '1h' });
      return {
        url: webSocketUrl,
        protocols: ['fieldcast.v1', `bearer.${token}`],
        subscribe: { action: 'subscribe', id: 's1', to: { region }, snapshot: false },
      };
    },
    reported,
    close,
  };
};

/** Starts a shape on free ports. */
export const startShape = (shape: Shape, meter: Meter): Promise<RunningShape> =>
  shape === 'direct' || shape === 'queue'
    ? startOurs(shape, meter)
    : startSample(shape === 'filtered', meter);
