import fc from 'fast-check';
import { due } from './due.ts';
import { aReading } from './factories.ts';
import { coversTarget } from './grants.ts';
import { isCovered, namesOf, type Names } from './grants.oracle.ts';
import { anOperation, type Operation } from './grants.operations.ts';
import type { Subscription, Wish } from './ports.ts';
import type { Reading } from './reading.ts';
import { keyOf, keysOf, partsOf, type Target } from './target.ts';

/** What is put to the test. */
export type GrantRules = { due: typeof due; coversTarget: typeof coversTarget };

/** One principal's connection: its rows as delivery reads them, and what it asked for, as the oracle remembers it. */
type Viewer = {
  grants: string[];
  expiresAt: number;
  rows: Map<number, Subscription>;
  asked: Map<number, { kind: string; name: string; wish: Wish }>;
};

type World = {
  rules: GrantRules;
  now: number;
  viewers: Viewer[];
  devices: Map<string, Reading>;
  judge: (of: 'updates' | 'notes', verdict: { got: boolean; entitled: boolean }, viewer: Viewer) => void;
};

const isEntitled = ({ now }: World, { grants, expiresAt }: Viewer, names: Names): boolean =>
  expiresAt > now && isCovered(grants, names);

const wants = ({ asked }: Viewer, names: Names, x: unknown): boolean =>
  [...asked.values()].some(
    ({ kind, name, wish: { where: [condition] = [] } }) =>
      names.some(([k, n]) => k === kind && n === name) &&
      (condition === undefined || (typeof x === 'number' && (condition.op === 'changedBy' || x >= 0))),
  );

const readingOf = ({ deviceId, region, deviceType, x }: Operation & { kind: 'reading' }): Reading => {
  const { deviceType: _, ...untyped } = aReading({ deviceId, region, data: { x } });
  return deviceType === undefined ? untyped : { ...untyped, deviceType };
};

const deliver = (world: World, reading: Reading): void => {
  world.devices.set(reading.deviceId, reading);
  const keys: string[] = keysOf(reading);
  const names = namesOf(reading);
  for (const viewer of world.viewers) {
    const rows = [...viewer.rows.values()].filter((row) => keys.includes(row.target));
    const { verdict } = world.rules.due({ rows, reading, now: world.now });
    const got = verdict === 'now' || verdict === 'paced';
    const wanted = wants(viewer, names, reading.data['x']);
    if (got || wanted)
      world.judge('updates', { got, entitled: wanted && isEntitled(world, viewer, names) }, viewer);
  }
};

/** Both ends of a note need a grant for the whole target. */
const write = (world: World, sender: Viewer, to: Target): void => {
  const { now, rules } = world;
  const device = 'device' in to ? world.devices.get(to.device) : undefined;
  const names = device === undefined ? [partsOf(to)] : namesOf(device);
  const mayWrite = sender.expiresAt > now && rules.coversTarget(sender.grants, to, device);
  world.judge('notes', { got: mayWrite, entitled: isEntitled(world, sender, names) }, sender);
  for (const viewer of mayWrite ? world.viewers : []) {
    const rows = [...viewer.rows.values()].filter((row) => row.target === keyOf(to));
    if (rows.length === 0) continue;
    const got = rows.some(
      ({ grants, tokenExpiresAt }) => tokenExpiresAt > now && rules.coversTarget(grants, to, device),
    );
    world.judge('notes', { got, entitled: isEntitled(world, viewer, names) }, viewer);
  }
};

const subscribe = (
  world: World,
  viewer: Viewer,
  { who, id, target, wish }: Operation & { kind: 'subscribe' },
) => {
  const [kind, name] = partsOf(target);
  viewer.asked.set(id, { kind, name, wish });
  const key = { target: keyOf(target), connectionId: `c${who}`, id: `s${id}` };
  const { grants, expiresAt: tokenExpiresAt } = viewer;
  viewer.rows.set(id, {
    ...key,
    ...wish,
    grants,
    tokenExpiresAt,
    connectedAt: world.now,
  });
};

/** The rows follow the connection. That they do is for the tests of `settle`. */
const authenticate = (viewer: Viewer, grants: string[], expiresAt: number): void => {
  Object.assign(viewer, { grants, expiresAt });
  for (const [id, row] of viewer.rows) viewer.rows.set(id, { ...row, grants, tokenExpiresAt: expiresAt });
};

const carryOut = (world: World, operation: Operation): void => {
  if (operation.kind === 'reading') {
    deliver(world, readingOf(operation));
    return;
  }
  const viewer = world.viewers[operation.who];
  if (viewer === undefined) return;
  switch (operation.kind) {
    case 'subscribe':
      subscribe(world, viewer, operation);
      break;
    case 'unsubscribe':
      viewer.asked.delete(operation.id);
      viewer.rows.delete(operation.id);
      break;
    case 'authenticate':
      authenticate(viewer, operation.grants, world.now + operation.lifetimeMs);
      break;
    case 'expire':
      authenticate(viewer, viewer.grants, world.now);
      break;
    case 'note':
      write(world, viewer, operation.target);
  }
};

/**
 * Random operations by 20 principals whose names and grants are easily confused: subscribing, unsubscribing, new grants,
 * expiry, readings, notes. Who gets a reading by `due`, and who writes or gets a note by `coversTarget`, is held to an
 * oracle that writes out every grant which would do.
 *
 * @param rules To be tested in place of the real ones.
 * @returns What passed to viewers, and how often something that was asked for was `withheld`.
 * @throws Error, naming the operation and the seed, if anything passes outside a grant or fails to pass within one.
 */
export const grantsNeverLeak = (
  operations: number,
  seed = Math.floor(Math.random() * 2 ** 31),
  rules: GrantRules = { due, coversTarget },
): { operations: number; updates: number; notes: number; withheld: number; seed: number } => {
  const counts = { updates: 0, notes: 0, withheld: 0 };
  let current: Operation | undefined;
  const world: World = {
    rules,
    now: 1_763_690_000_000,
    viewers: Array.from({ length: 20 }, () => ({
      grants: [],
      expiresAt: 0,
      rows: new Map(),
      asked: new Map(),
    })),
    devices: new Map(),
    judge: (of, { got, entitled }, { grants, expiresAt, rows }) => {
      counts[got ? of : 'withheld'] += 1;
      if (got === entitled) return;
      const viewer = JSON.stringify({ grants, forMs: expiresAt - world.now, rows: [...rows.values()] });
      const fault = got ? 'passed undue' : 'withheld though due';
      throw new Error(`${of} ${fault}: ${JSON.stringify(current)} and the viewer ${viewer} (seed ${seed})`);
    },
  };
  for (current of fc.sample(anOperation, { numRuns: operations, seed })) {
    world.now += 100;
    carryOut(world, current);
  }
  return { operations, ...counts, seed };
};
