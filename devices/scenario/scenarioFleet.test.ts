import { describe, expect, it } from 'vitest';
import { connectionDefaults } from '../connectionSettings.ts';
import { fleetOf } from '../fleet.ts';
import { testTransport } from '../transport.testing.ts';
import { scenarioFleet } from './scenarioFleet.ts';
import type { FleetSpec } from './scenario.ts';

const spec: FleetSpec = {
  ...{ name: 'plant', count: 2, models: ['pump'], certificates: false, regions: ['a'] },
  ...{ rate: 1, buffer: 10, behaviours: [], waits: false },
};

const plant = () => {
  const { transport, published } = testTransport();
  const boots: number[] = [];
  const fleet = scenarioFleet(
    {
      seed: 's',
      onReading: ({ boot }) => void boots.push(boot),
      happened: () => undefined,
      open: async () => transport,
    },
    {
      spec,
      fleet: fleetOf(2, ['a'], 's'),
      login: ({ id }) => ({ clientId: id }),
      connection: connectionDefaults,
    },
  );
  return { fleet, boots, connections: () => new Set(published.map(({ connection }) => connection)).size };
};

describe('a fleet', () => {
  it('that is started twice at one moment runs once', async () => {
    const { fleet, connections } = plant();
    await Promise.all([fleet.start(), fleet.start()]);
    await fleet.stop();
    expect(connections()).toBe(fleet.counts().published);
    expect(fleet.counts()).toMatchObject({ devices: 2, connected: 0 });
  });

  it('that is started again has higher boots than any before, also after reboots', async () => {
    const { fleet, boots } = plant();
    await fleet.start();
    const lift = fleet.apply({ kind: 'reboot', forMs: 1, everyMs: 5 });
    await expect.poll(() => Math.max(...boots) - Math.min(...boots)).toBeGreaterThan(3);
    lift();
    await fleet.stop();
    const highest = Math.max(...boots);
    boots.length = 0;
    await fleet.start();
    await fleet.stop();
    expect(Math.min(...boots)).toBeGreaterThan(highest);
  });

  it('that is not running when a behaviour begins has it when it starts', async () => {
    const { fleet } = plant();
    const lift = fleet.apply({ kind: 'clock-skew', ms: 60_000 });
    await fleet.start();
    await fleet.stop();
    lift();
    expect(fleet.counts().behaviours['clock-skew']).toBeGreaterThan(0);
  });
});
