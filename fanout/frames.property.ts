import fc from 'fast-check';
import { announce } from './announce.ts';
import type { AnswerPorts } from './answer.ts';
import { deliver } from './deliver.ts';
import { disconnect } from './disconnect.ts';
import { flush } from './flush.ts';
import { aFrameOperation, principals, type FrameOperation } from './frames.operations.ts';
import { framesOracle, type Viewer } from './frames.oracle.ts';
import { memoryConnections } from './memory/connections.ts';
import { memoryDebts } from './memory/debts.ts';
import { memoryDevices } from './memory/devices.ts';
// A property is a test, only one that others run too.
import { anEdge, checked, start } from './memory/edge.testing.ts';
import { unmeasured } from './metrics.ts';
import { memoryLater } from './memory/later.ts';
import { memoryPaces } from './memory/paces.ts';
import { memoryReadings } from './memory/readings.ts';
import { memorySubscriptions } from './memory/subscriptions.ts';
import type { PaceKey, Paces } from './ports.ts';
import type { Frame, FrameType } from './protocol.ts';
import type { Reading } from './reading.ts';

export type FramePorts = Pick<
  AnswerPorts,
  'connections' | 'subscriptions' | 'devices' | 'readings' | 'push'
> & {
  paces: Paces;
};

/** Puts ports in place of the real ones, to see that what they break is noticed. */
export type Breaking = (ports: FramePorts) => Partial<FramePorts>;

type Operation<K extends FrameOperation['kind']> = FrameOperation & { kind: K };

const retentionMs = 60 * 60 * 1000;
/** What sending one frame of an answer takes. */
const sendMs = 3;

const aWorld = (breaking: Breaking) => {
  const faults: string[] = [];
  const viewers = new Map<string, Viewer>(); // Those that are open.
  const flushes: { key: PaceKey; at: number }[] = [];
  const { later, scheduled } = memoryLater();
  let withheld = 0;
  let counter = 0;

  const now = (): number => edge.ports.now();
  const oracle = framesOracle(now);

  const hears = (viewer: Viewer, frame: Frame, token?: string): void => {
    const fault = oracle.judge(viewer, frame, token);
    if (fault === undefined) return;
    const { connectionId, principal, grants, expiresAt, asked } = viewer;
    const known = { connectionId, principal, grants, forMs: expiresAt - now(), asked: [...asked.entries()] };
    const text = JSON.stringify(frame).replace(/x{9,}/g, 'x…');
    faults.push(`${frame.type} ${fault}: ${text.slice(0, 2_000)} to ${JSON.stringify(known)}`);
  };

  const real: FramePorts = {
    connections: memoryConnections(),
    subscriptions: memorySubscriptions(),
    devices: memoryDevices(),
    readings: memoryReadings(retentionMs),
    paces: memoryPaces(),
    push: async (connectionId, text) => {
      const viewer = viewers.get(connectionId);
      if (viewer === undefined) return 'gone';
      hears(viewer, checked(JSON.parse(text) as Frame)); // `checked` throws unless it is.
      return 'delivered';
    },
  };
  const ports: FramePorts = { ...real, ...breaking(real) };
  const edge = anEdge(ports);
  const pushPorts = { ...ports, later, now, debts: memoryDebts(), measure: unmeasured, random: () => 1 };
  const flushNow = flush(pushPorts);

  const arrange = (): void => {
    for (const { key, afterMs } of scheduled.splice(0)) flushes.push({ key, at: now() + afterMs });
  };

  /** Time passes, and what was put off is done in its turn. */
  const pass = async (ms: number): Promise<void> => {
    const until = now() + ms;
    for (;;) {
      arrange();
      const next = flushes.sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      flushes.shift();
      edge.pass(Math.max(0, next.at - now()));
      await flushNow(next.key, Infinity);
    }
    edge.pass(Math.max(0, until - now()));
  };

  const open = async (
    who: number,
    { grants, expiresAt }: Pick<Viewer, 'grants' | 'expiresAt'>,
  ): Promise<void> => {
    const principal = principals[who] ?? '';
    const connectionId = `${who}-${(counter += 1)}`;
    viewers.set(connectionId, { connectionId, principal, grants, expiresAt, asked: new Map(), shown: 0 });
    current[who] = connectionId;
    await edge.open({ connectionId, principal, grants, tokenExpiresAt: expiresAt, connectedAt: now() });
  };
  const current: string[] = [];

  const ask = async (viewer: Viewer, request: object, token?: string): Promise<FrameType[]> => {
    const types: FrameType[] = [];
    const hear = (frame: Frame): void => {
      types.push(frame.type);
      hears(viewer, checked(frame), token);
    };
    const last = await edge.reply(viewer.connectionId, JSON.stringify(request), async (frame) => {
      hear(frame);
      edge.pass(sendMs);
      return 'delivered';
    });
    if (last !== undefined) hear(last);
    return types;
  };

  const subscribe = async (viewer: Viewer, operation: Operation<'subscribe'>): Promise<void> => {
    const { who, id, to, wish, agoMs, snapshot, meanwhile } = operation;
    if (meanwhile !== undefined)
      edge.meanwhile(async () => act({ ...meanwhile.operation, ...(meanwhile.mine ? { who, id } : {}) }));
    await ask(viewer, {
      action: 'subscribe',
      id,
      to,
      ...wish,
      ...(agoMs === undefined ? {} : { since: now() - agoMs }),
      ...(snapshot === undefined ? {} : { snapshot }),
    });
    edge.meanwhile(async () => undefined);
  };

  const authenticate = async (viewer: Viewer, operation: Operation<'authenticate'>): Promise<void> => {
    const { who, grants, lifetimeMs, tokenOf = who } = operation;
    const token = `token ${(counter += 1)}`;
    const identity = { principal: principals[tokenOf] ?? '', grants, expiresAt: now() + lifetimeMs };
    edge.tokens.set(token, identity);
    oracle.tokens.set(token, identity);
    await ask(viewer, { action: 'authenticate', token }, token);
  };

  const write = async (viewer: Viewer, { to }: Operation<'note'>): Promise<void> => {
    const text = `note ${(counter += 1)}`;
    oracle.notes.set(text, { from: viewer.principal, to });
    const types = await ask(viewer, { action: 'note', to, text });
    if (types.includes('noted') && !oracle.mayWrite(viewer, to))
      faults.push(`noted is outside its grants: ${JSON.stringify(to)} by ${JSON.stringify(viewer)}`);
  };

  /** Cleanly, or so that the edge learns of it when it next sends something. */
  const reconnect = async (viewer: Viewer, { who, clean }: Operation<'reconnect'>): Promise<void> => {
    viewers.delete(viewer.connectionId);
    if (clean) await disconnect(ports)(viewer.connectionId);
    await open(who, viewer);
  };

  const say = async (operation: Operation<'reading'>): Promise<void> => {
    const { deviceId, region, deviceType, x, lateMs, padding } = operation;
    const reading: Reading = {
      deviceId,
      region,
      ...(deviceType === undefined ? {} : { deviceType }),
      ts: now() - lateMs,
      receivedAt: now(),
      data: { x, n: oracle.said(), ...(padding === 0 ? {} : { text: 'x'.repeat(padding) }) },
    };
    oracle.record(reading);
    for (const viewer of viewers.values()) if (oracle.isWithheld(viewer, reading)) withheld += 1;
    await edge.record(reading);
    await deliver(pushPorts)([reading], Infinity);
  };

  const presence = async ({ deviceId, online }: Operation<'presence'>): Promise<void> => {
    const device = await ports.devices.presence(deviceId, { online, at: now() });
    if (device !== undefined) await announce(pushPorts)(device, Infinity);
  };

  const act = async (operation: FrameOperation): Promise<void> => {
    if (operation.kind === 'reading') return say(operation);
    if (operation.kind === 'presence') return presence(operation);
    const viewer = viewers.get(current[operation.who] ?? '');
    if (viewer === undefined) return;
    switch (operation.kind) {
      case 'subscribe':
        return subscribe(viewer, operation);
      case 'authenticate':
        return authenticate(viewer, operation);
      case 'note':
        return write(viewer, operation);
      case 'reconnect':
        return reconnect(viewer, operation);
      case 'unsubscribe':
        await ask(viewer, { action: 'unsubscribe', id: operation.id });
        return;
      case 'subscriptions':
        await ask(viewer, { action: 'subscriptions' });
        return;
      case 'explain':
        await ask(viewer, { action: 'explain', device: operation.device });
        return;
      case 'history': {
        const { device, limit, agoMs } = operation;
        const from = agoMs === undefined ? {} : { from: now() - agoMs };
        await ask(viewer, { action: 'history', device, ...from, ...(limit === undefined ? {} : { limit }) });
      }
    }
  };

  return {
    faults,
    counts: () => ({ ...oracle.counts(), withheld }),
    begin: async (): Promise<void> => {
      for (const who of principals.keys())
        await open(who, { grants: ['region:t1*', 'type:t1'], expiresAt: start + 3_600_000 });
    },
    carryOut: async (operation: FrameOperation): Promise<void> => {
      await pass(operation.waitMs);
      await act(operation);
    },
  };
};

type Outcome = { counts: ReturnType<ReturnType<typeof aWorld>['counts']>; fault?: string; done: number };

/** All of it in a world of its own, up to the first fault. */
const play = async (operations: readonly FrameOperation[], breaking: Breaking): Promise<Outcome> => {
  const world = aWorld(breaking);
  await world.begin();
  let done = 0;
  for (const operation of operations) {
    await world.carryOut(operation);
    done += 1;
    const [fault] = world.faults;
    if (fault !== undefined) return { counts: world.counts(), fault, done };
  }
  return { counts: world.counts(), done };
};

/** Leaves out what can be left out with some fault remaining, ever smaller parts of it. */
const smallest = async (failing: readonly FrameOperation[], breaking: Breaking) => {
  let least = failing;
  for (let size = failing.length >> 1; size >= 1; size >>= 1)
    for (let at = least.length - size; at >= 0; at -= size) {
      const fewer = least.toSpliced(at, size);
      const { fault, done } = await play(fewer, breaking);
      if (fault !== undefined) [least, at] = [fewer.slice(0, done), Math.min(at, done)];
    }
  return least;
};

/** Operations in one world: an hour or two of its time. */
const perWorld = 5_000;

/**
 * Random operations by 20 principals whose names and grants are easily confused, carried out by what answers, records,
 * delivers, folds, flushes and announces, on ports in memory. Every frame that any connection gets is held, at the moment
 * it gets it, to an oracle of that connection's grants, token and subscriptions. A fold is judged by its newest reading.
 * Subscriptions are looked up each time, not remembered for SUBSCRIPTION_CACHE_MS as the filter does.
 *
 * @param breaking To see that a leak is found.
 * @returns What was heard, by kind, and what was `withheld`: readings that a viewer asked for and might not see.
 * @throws Error with the fault, the seed and the smallest operations that show it.
 */
export const framesNeverLeak = async (
  operations: number,
  seed = Math.floor(Math.random() * 2 ** 31),
  breaking: Breaking = () => ({}),
): Promise<{ operations: number; seed: number } & Outcome['counts']> => {
  const all = fc.sample(aFrameOperation, { numRuns: operations, seed });
  const total = new Map<string, number>();
  for (let from = 0; from < operations; from += perWorld) {
    const some = all.slice(from, from + perWorld);
    const { counts, fault, done } = await play(some, breaking);
    if (fault !== undefined) {
      const least = await smallest(some.slice(0, done), breaking);
      const { fault: last = fault } = await play(least, breaking);
      throw new Error(`${last}, after ${JSON.stringify(least)} (seed ${seed})`);
    }
    for (const [name, count] of Object.entries(counts)) total.set(name, (total.get(name) ?? 0) + count);
  }
  const counts = Object.fromEntries(total) as Outcome['counts']; // Of the very names that were added up.
  return { operations, ...counts, seed };
};
