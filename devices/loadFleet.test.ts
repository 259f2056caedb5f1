import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Behaviour } from './behaviour/behaviour.ts';
import { connectionDefaults } from './connectionSettings.ts';
import { loadFleet } from './loadFleet.ts';
import { type FleetDevice, writeFleetFile } from './provision/fleetFile.ts';
import { simulate } from './simulate.ts';
import { type TestBroker, startTestBroker } from './transports/broker.testing.ts';

const spec = { devices: undefined, regions: ['roof'], seed: 's', models: [], idPrefix: '' };

describe('an invented fleet', () => {
  it('has the models that were named, and the prefix before each id', async () => {
    const { fleet, login } = await loadFleet(
      { ...spec, devices: 3, models: ['pump', 'thermostat'], idPrefix: 'lab-' },
      connectionDefaults,
    );
    expect(fleet.map(({ id }) => id)).toEqual(['lab-pump-001', 'lab-thermostat-002', 'lab-pump-003']);
    expect(fleet.map(login)).toContainEqual({ clientId: 'lab-pump-001' });
  });

  it('is of models that there are', () =>
    expect(loadFleet({ ...spec, models: ['pmup'] }, connectionDefaults)).rejects.toThrow(
      'There is no model "pmup": give one of thermostat, pump,',
    ));
});

describe('a fleet file', () => {
  let broker: TestBroker;
  let folder: string;
  let file: string;
  beforeAll(async () => {
    broker = await startTestBroker();
    folder = await mkdtemp(join(tmpdir(), 'fleet-'));
    file = join(folder, 'fleet.json');
    const device = async (thing: string, type?: string): Promise<FleetDevice> => {
      const { cert, key } = await broker.ca.client(thing);
      await writeFile(join(folder, `${thing}.crt`), cert);
      await writeFile(join(folder, `${thing}.key`), key);
      return { thing, region: 'roof', type, certificate: `${thing}.crt`, privateKey: `${thing}.key` };
    };
    await writeFile(join(folder, 'ca.pem'), broker.ca.ca);
    const devices = [await device('boiler-1', 'pump'), await device('boiler-2'), await device('boiler-3')];
    const endpoint = `mqtts://127.0.0.1:${broker.ports.tls}`;
    await writeFleetFile(file, { version: 1, endpoint, ca: 'ca.pem', devices });
  });
  afterAll(async () => {
    await broker.close();
    await rm(folder, { recursive: true });
  });

  it('makes devices of its things, of the model of their type, or dealt out where it names none', async () => {
    const { fleet, connection } = await loadFleet(
      { ...spec, fleetFile: file, devices: 2 },
      connectionDefaults,
    );
    expect(fleet).toMatchObject([
      { id: 'boiler-1', region: 'roof', type: 'pump' },
      { id: 'boiler-2', region: 'roof', type: 'pump' },
    ]);
    expect(connection.ca).toBe(broker.ca.ca);
  });

  it('does not say whom to trust where the settings do', async () => {
    const { connection } = await loadFleet(
      { ...spec, fleetFile: file },
      { ...connectionDefaults, ca: 'mine' },
    );
    expect(connection.ca).toBe('mine');
  });

  it('brings its certificates, and a device that is to be refused shows another', async () => {
    const stop = new AbortController();
    const behaviours: Behaviour[] = [{ kind: 'refused', whom: { devices: ['boiler-3'] } }];
    const summary = await simulate(
      {
        fleetFile: file,
        connection: { ...connectionDefaults, broker: `mqtts://127.0.0.1:${broker.ports.tls}` },
        rate: 20,
        behaviours,
      },
      {
        signal: stop.signal,
        progressMs: 5,
        onProgress: (p) => {
          if (p.acknowledged >= 20 && (p.behaviours.refused ?? 0) > 0) stop.abort();
        },
      },
    );
    expect(summary).toMatchObject({ devices: 3, connected: 2, errors: 0, unreached: 0 });
    expect(summary.acknowledged).toBe(summary.published);
  });
});
