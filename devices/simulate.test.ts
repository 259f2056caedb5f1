import { once } from 'node:events';
import { type AddressInfo, type Server, createServer } from 'node:net';

import { Aedes, type Client } from 'aedes';
import { afterEach, describe, expect, it } from 'vitest';

import type { Behaviour } from './behaviour/behaviour.ts';
import { wallClock } from './clock.ts';
import type { Progress } from './progress.ts';
import { simulate } from './simulate.ts';

type Told = { topic: string; qos: number; clientId: string; payload: Record<string, unknown> };

let close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const action of close) await action();
  close = [];
});

const listen = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo for an address.
  return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** A broker that keeps what devices publish, and with `mute` answers nothing. */
const startBroker = async ({ mute = false } = {}) => {
  const aedes = await Aedes.createBroker();
  const server = createServer((socket) => void aedes.handle(socket));
  const told: Told[] = [];
  aedes.authorizePublish = (client, packet, done) => {
    if (mute) return;
    // Our own payloads: JSON objects, always.
    const payload = JSON.parse(packet.payload.toString()) as Record<string, unknown>;
    told.push({ topic: packet.topic, qos: packet.qos, clientId: client?.id ?? '', payload });
    done(null);
  };
  const url = await listen(server);
  close.push(async () => {
    await new Promise<void>((resolve) => aedes.close(resolve));
    await new Promise((resolve) => server.close(resolve));
  });
  return { url, told, aedes };
};

/** Aborts as soon as `enough` is true of the progress. */
const until = (enough: (progress: Progress) => boolean) => {
  const stop = new AbortController();
  return {
    signal: stop.signal,
    progressMs: 5,
    onProgress: (progress: Progress) => enough(progress) && stop.abort(),
  };
};

/** A broker that knows who says the password, and calls `isOver` when it has refused that many. */
const refuseAtMost = (aedes: Aedes, count: number, isOver: () => void): void => {
  let refused = 0;
  aedes.authenticate = (_client, _username, password, done) => {
    const isWrong = Boolean(password);
    if (isWrong && ++refused === count) isOver();
    done(isWrong ? Object.assign(new Error('not authorized'), { returnCode: 5 }) : null, !isWrong);
  };
};

describe('a simulation', () => {
  it('publishes what it counts, with QoS 1, and gets all of it acknowledged', async () => {
    const { url, told } = await startBroker();
    const run = until((p) => p.connected === 4 && p.acknowledged >= 40);
    const summary = await simulate({ broker: url, devices: 4, rate: 50, boot: 7 }, run);

    expect(summary).toMatchObject({ devices: 4, connected: 4, errors: 0, dropped: 0, waiting: 0, boot: 7 });
    expect(summary.acknowledged).toBe(summary.published);
    expect(told).toHaveLength(summary.published);
    expect(new Set(told.map(({ qos }) => qos))).toEqual(new Set([1]));
  });

  it('lets each device speak for itself: own client id, own topic, seq growing by 1', async () => {
    const { url, told } = await startBroker();
    const run = until((p) => p.connected === 3 && p.acknowledged >= 30);
    await simulate({ broker: url, devices: 3, rate: 50, boot: 7, regions: ['roof'] }, run);

    for (const id of ['thermostat-001', 'pump-002', 'meter-003']) {
      const own = told.filter(({ clientId }) => clientId === id);
      expect(own.length).toBeGreaterThan(0);
      expect(new Set(own.map(({ topic }) => topic))).toEqual(new Set([`telemetry/roof/${id}`]));
      expect(own.map(({ payload }) => payload['seq'])).toEqual(own.map((_, index) => index));
      expect(own[0]?.payload).toMatchObject({ boot: 7, ts: expect.any(Number) as number });
    }
  });

  it('ends by itself when its duration is over', async () => {
    const { url } = await startBroker();
    const summary = await simulate({ broker: url, devices: 1, rate: 50, durationMs: 100 });
    expect(summary.published).toBeGreaterThan(0);
    expect(summary.acknowledged).toBe(summary.published);
  });

  it('disconnects every device when it is stopped', async () => {
    const { url, aedes } = await startBroker();
    const gone: string[] = [];
    aedes.on('clientDisconnect', (client) => gone.push(client.id));
    await simulate(
      { broker: url, devices: 3, rate: 1 },
      until((p) => p.connected === 3),
    );
    while (aedes.connectedClients > 0) await once(aedes, 'clientDisconnect');
    expect(gone.sort()).toEqual(['meter-003', 'pump-002', 'thermostat-001']);
  });

  it('counts what the broker never answered, and still ends', async () => {
    const { url } = await startBroker({ mute: true });
    const summary = await simulate(
      { broker: url, devices: 1, rate: 50 },
      until((p) => p.published >= 5),
    );
    expect(summary.acknowledged).toBe(0);
    expect(summary.unacknowledged).toBe(summary.published);
  });

  it('goes on after its broker was away, and loses nothing that fits its buffer', async () => {
    const { url, aedes, told } = await startBroker();
    const clients: Client[] = [];
    aedes.on('client', (client) => clients.push(client));
    let wasCut = false;
    const run = until((p) => {
      if (p.acknowledged >= 10 && !wasCut) {
        wasCut = true;
        for (const client of clients) client.close();
      }
      return p.errors > 0 && p.connected === 1 && p.acknowledged >= 30;
    });
    const summary = await simulate({ broker: url, devices: 1, rate: 50 }, run);
    expect(summary.acknowledged).toBe(summary.published);
    const seqs = new Set(told.map(({ payload }) => payload['seq']));
    expect(seqs.size).toBe(summary.published);
  });

  it('lets devices misbehave, and still gets everything acknowledged', async () => {
    const { url, told } = await startBroker();
    const run = until((p) => (p.behaviours.flapping ?? 0) >= 3 && p.acknowledged >= 100);
    const behaviours: Behaviour[] = [
      { kind: 'flapping', whom: { share: 0.5 }, everyMs: 1_000 },
      { kind: 'duplicates', chance: 0.5 },
      { kind: 'reordering', whom: { share: 0.5 }, window: 4 },
    ];
    const summary = await simulate({ broker: url, devices: 4, rate: 20, boot: 7, behaviours }, run);
    expect(summary).toMatchObject({ errors: 0, dropped: 0, unacknowledged: 0 });
    expect(summary.acknowledged).toBe(summary.published);
    expect(summary.behaviours.duplicates).toBeGreaterThan(0);
    const names = new Set(told.map(({ clientId, payload }) => `${clientId} ${String(payload['seq'])}`));
    expect(names.size).toBe(summary.published - (summary.behaviours.duplicates ?? 0));
  });

  it('counts refused devices as what they are, and not as errors', async () => {
    const { url, aedes } = await startBroker();
    const stop = new AbortController();
    refuseAtMost(aedes, 2, () => stop.abort());
    const behaviours: Behaviour[] = [{ kind: 'refused', whom: { devices: ['pump-002'] } }];
    const summary = await simulate({ broker: url, devices: 2, rate: 50, behaviours }, stop);
    expect(summary).toMatchObject({ errors: 0, unreached: 0, connected: 1 });
    expect(summary.behaviours.refused).toBeGreaterThanOrEqual(1);
  });

  it('is the same fleet when processes share it', async () => {
    const { url, told } = await startBroker();
    const run = until((p) => p.connected === 4 && p.acknowledged >= 40);
    const settings = { broker: url, devices: 4, rate: 20, boot: 7, workers: 2, idPrefix: 'lab-' };
    const summary = await simulate(settings, run);
    expect(summary).toMatchObject({ devices: 4, connected: 4, errors: 0, waiting: 0 });
    expect(summary.acknowledged).toBe(summary.published);
    expect(told).toHaveLength(summary.published);
    const ids = new Set(told.map(({ clientId }) => clientId));
    expect([...ids].sort()).toEqual(['lab-meter-003', 'lab-pump-002', 'lab-thermostat-001', 'lab-van-004']);
  });

  it('ends by itself where there are more processes than devices', async () => {
    const { url } = await startBroker();
    const summary = await simulate({ broker: url, devices: 1, rate: 50, durationMs: 100, workers: 2 });
    expect(summary).toMatchObject({ devices: 1, connected: 1 });
  });

  it('says what is wrong with a file before anything is started, also when processes would share it', async () => {
    for (const workers of [1, 2]) {
      const attempt = simulate({ modelsFile: '/nowhere.yaml', workers });
      await expect(attempt).rejects.toMatchObject({ code: 'bad_file' });
    }
  });

  it('is over at once when it is stopped before it begins', async () => {
    const summary = await simulate({ broker: 'mqtt://127.0.0.1:1' }, { signal: AbortSignal.abort() });
    expect(summary).toMatchObject({ published: 0, connected: 0 });
  });

  it('calls a broker that is not there unreachable, by its url', async () => {
    const server = createServer();
    const url = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const clock = { ...wallClock, after: (ms: number, act: () => void) => wallClock.after(ms / 20, act) };
    const attempt = simulate({ broker: url, devices: 2 }, { clock });
    await expect(attempt).rejects.toMatchObject({
      code: 'broker_unreachable',
      message: `Cannot reach the MQTT broker at ${url} (connection refused). Is the twin running? npm start`,
    });
  });
});
