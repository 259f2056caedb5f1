import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseScenario } from './parseScenario.ts';
import { timelineOf } from './timeline.ts';

const shipped = ['hello', 'bad-tuesday', 'reconnect-storm'];
const textOf = (name: string): string =>
  readFileSync(new URL(`../scenarios/${name}.yaml`, import.meta.url), 'utf8');

const small = `
name: small
system: twin
fleets:
  pumps: { count: 2, regions: [a] }
viewers:
  someone: { grants: ['*'], subscriptions: [{ region: a }] }
phases:
  - name: only
    for: 2s
expect:
  - lost: 0
`;

const messageOf = (text: string): string => {
  try {
    parseScenario('x.yaml', text);
  } catch (error) {
    return String(error);
  }
  return 'none';
};

describe('a scenario file', () => {
  it.each(shipped)('%s.yaml is one', (name) => {
    expect(parseScenario(name, textOf(name)).expectations.length).toBeGreaterThan(0);
  });

  it('need not say what goes without saying', () => {
    expect(parseScenario('x.yaml', small)).toMatchObject({
      seed: 'small',
      system: { kind: 'twin', ingest: 'direct' },
      fleets: [
        {
          name: 'pumps',
          certificates: false,
          models: [],
          rate: 1,
          buffer: 1_000,
          behaviours: [],
          waits: false,
        },
      ],
      viewers: [{ name: 'someone', habit: { kind: 'steady' } }],
      phases: [{ name: 'only', ms: 2_000, behaviours: [], faults: [], steps: [] }],
      expectations: [{ metric: 'lost', bounds: { atLeast: 0, atMost: 0 } }],
    });
  });

  it('says behaviours, faults and steps in units of people', () => {
    const phase = `    for: 2s
    behaviours:
      - { fleets: pumps, clock-skew: { by: -90s, share: 50% } }
      - offline: { regions: a }
    faults:
      connections.throttle: { probability: 30%, delay: 2s }
    do:
      - { at: 1.5s, cut: someone }
      - { at: 500ms, start: [pumps] }
`;
    const { fleets, phases } = parseScenario('x.yaml', small.replace('    for: 2s\n', phase));
    expect(fleets).toMatchObject([{ waits: true }]);
    expect(phases).toMatchObject([
      {
        behaviours: [
          { fleets: ['pumps'], behaviour: { kind: 'clock-skew', ms: -90_000, whom: { share: 0.5 } } },
          { fleets: ['pumps'], behaviour: { kind: 'offline', whom: { regions: ['a'] } } },
        ],
        faults: [{ kind: 'connections.throttle', setting: { probability: 0.3, ms: 2_000 } }],
        steps: [
          { atMs: 500, what: 'start', fleets: ['pumps'] },
          { atMs: 1_500, what: 'cut', viewers: ['someone'] },
        ],
      },
    ]);
  });

  it.each([
    [
      'count: 2',
      'count: many',
      'fleets.pumps.count: expected a whole number from 1 to 5000, got "many" (line 5)',
    ],
    ['count: 2, ', '', 'fleets.pumps: expected a "count", or a "fleetFile" on a system that runs (line 5)'],
    [
      'regions: [a]',
      'regions: [a], models: [pum]',
      'fleets.pumps.models: there is no model "pum"; known are',
    ],
    ['system: twin', 'system: tween', 'system: expected twin, { twin: { ingest: direct|queue } }'],
    ["['*']", "['region']", 'viewers.someone.grants[0]: expected *, or device:, region: or type:'],
    [
      '[{ region: a }]',
      '[{ region: a, type: b }]',
      'subscriptions[0]: expected exactly one of device, region',
    ],
    ['{ grants', '{ kind: steady, every: 2s, grants', 'viewers.someone: "every" means nothing to a viewer'],
    ['for: 2s', 'for: 2', 'phases[0].for: expected a duration such as 500ms, 10s or 2m, got 2 (line 10)'],
    ['for: 2s', 'for: 2s\n    do: [{ wake: nobody }]', 'phases[0].do[0]: there is no viewer "nobody"'],
    [
      'for: 2s',
      'for: 2s\n    do: [{ at: 3s, cut: someone }]',
      'phases[0].do[0]: comes after the phase is over',
    ],
    ['for: 2s', 'for: 2s\n    behaviours: [{ ofline: {} }]', 'there is no "ofline" here; known are offline'],
    ['lost: 0', 'loss: 0', 'expect[0]: there is no "loss" here; known are viewer'],
    ['lost: 0', 'delivered: 101%', 'expect[0].delivered: expected a share such as 99%'],
    ['lost: 0', 'viewer: someone', 'expect[0]: expected something that must hold, such as lost: 0'],
    ['lost: 0', '{ lost: 0, phase: other }', 'expect[0].phase: there is no phase "other"; known are only'],
    ['  - lost: 0\n', '  - [lost: 0\n', 'is no YAML'],
    ['pumps: { count: 2, regions: [a] }', '{}', 'fleets: expected at least one fleet'],
    ['count: 2', 'count: 5000, rate: 100', 'fleets: expected 20000 readings a second at most'],
    ['for: 2s', 'for: 0s', 'phases[0].for: expected a duration'],
    [
      "grants: ['*']",
      "kind: flapping-network, every: 0ms, grants: ['*']",
      'someone.every: expected a duration from',
    ],
    [
      'for: 2s',
      'for: 2s\n    behaviours: [{ offline: { for: 3s, every: 2s } }]',
      'behaviours[0]: expected "for" of offline to be no longer than "every"',
    ],
    ['for: 2s', 'for: 2s\n    behaviours: [{ flapping: { every: 0ms } }]', 'expected a duration from 1s'],
    ['for: 2s', 'for: 2s\n    behaviours: [{ refused: {} }]', 'the devices of pumps have no certificates'],
    [
      'system: twin',
      'system: { websocket: "ftp://x", token: { env: T } }',
      'system.websocket: expected a url with ws:',
    ],
    [
      'system: twin',
      'system: { broker: "http://x", websocket: "ws://x", token: { env: T } }',
      'system.broker: expected a url such as mqtt:',
    ],
    [
      'system: twin',
      'system: { broker: "mqtt://x", ca: ca.pem, websocket: "ws://x", token: { env: T } }',
      'system.ca: belongs to a broker with mqtts:',
    ],
    ['count: 2', 'count: 2, fleetFile: f.json', 'fleets.pumps: "fleetFile" belongs to a system that runs'],
    ['lost: 0', '{ lost: 0, fault: sqs.error }', 'expect[0].fault: there is no fault "sqs.error"'],
  ])('with %j as %j is refused, naming file, path and line', (from, to, message) => {
    const text = messageOf(small.replace(from, to));
    expect(text).toContain('DevicesError: x.yaml: ');
    expect(text).toContain(message);
    expect(text).toMatch(/\(line \d+\)\.$/);
  });

  it('lets devices with certificates be refused', () => {
    const text = small.replace(
      'count: 2',
      'count: 2, certificates: true, behaviours: [{ refused: { share: 50% } }]',
    );
    expect(parseScenario('x.yaml', text).fleets).toMatchObject([
      { certificates: true, behaviours: [{ kind: 'refused', whom: { share: 0.5 } }] },
    ]);
  });

  it('names files from its own folder on', () => {
    const text = small
      .replace('system: twin', 'system: { websocket: "ws://x", ca: ca.pem, token: { file: token } }')
      .replace('count: 2, regions: [a]', 'fleetFile: fleet/fleet.json, modelsFile: greenhouse.yaml');
    expect(parseScenario('x.yaml', text, '/stories')).toMatchObject({
      system: { ca: '/stories/ca.pem', token: { file: '/stories/token' } },
      fleets: [{ fleetFile: '/stories/fleet/fleet.json', modelsFile: '/stories/greenhouse.yaml' }],
    });
  });

  it('without a control server cannot have faults', () => {
    const system = 'system: { broker: mqtt://x:1883, websocket: ws://x:1, token: { env: T } }';
    const faulty = small.replace('for: 2s', 'for: 2s\n    faults: { sqs.error: {} }');
    expect(messageOf(faulty.replace('system: twin', system))).toContain(
      'phases[0].faults: needs `system.control`',
    );
  });
});

it('a timeline tells when what happens, and what is expected', () => {
  const lines = timelineOf(parseScenario('hello.yaml', textOf('hello'))).split('\n');
  expect(lines).toContain('00:05  a hiccup (4 s)');
  expect(lines).toContain('  00:06  cut control-room');
  expect(lines).toContain('  delivered 100 % for control-room');
});
