import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authenticate } from './actions/authenticate.ts';
import { unsubscribe } from './actions/unsubscribe.ts';
import { disconnect } from './disconnect.ts';
import { aConnection, aHeldSubscription } from './factories.ts';
import { memoryConnections } from './memory/connections.ts';
import { memorySubscriptions } from './memory/subscriptions.ts';
import type { Connections, HeldSubscription, Subscriptions } from './ports.ts';
import { rowOf, settle } from './settle.ts';
import type { TargetKey } from './target.ts';

const { connectionId } = aConnection();
const targets: TargetKey[] = ['region#eu-west', 'type#kettle'];
const there = aHeldSubscription();

/** Runs one call to a store when it is its turn. */
type Turn = <T>(call: () => Promise<T>) => Promise<T>;

const inTurn = <Store extends object>(store: Store, turn: Turn): Store =>
  new Proxy(store, {
    get: (on, name) => {
      const method = Reflect.get(on, name) as (...args: unknown[]) => Promise<unknown>; // A store has nothing else.
      return (...args: unknown[]) => turn(() => method(...args));
    },
  });

const make = async () => {
  const connections = memoryConnections();
  const subscriptions = memorySubscriptions();
  await connections.open(aConnection());
  await connections.claim(there, 50);
  await settle({ connections, subscriptions })(there);
  return { connections, subscriptions };
};
type Stores = { connections: Connections; subscriptions: Subscriptions };

const subscribe =
  (subscription: HeldSubscription) =>
  async ({ connections, subscriptions }: Stores): Promise<void> => {
    const { outcome } = await connections.claim(subscription, 50);
    if (outcome === 'claimed') await settle({ connections, subscriptions })(subscription);
  };

/** As it was let in: before any of the others began. */
const unsubscribing = async (stores: Stores): Promise<void> => {
  await unsubscribe(stores)(
    { connection: aConnection(), subscriptions: [there] },
    { action: 'unsubscribe', id: 's1' },
  );
};

const authenticating = async (stores: Stores): Promise<void> => {
  const verify = async () => ({ principal: 'ada', grants: ['region:*'], expiresAt: 1_763_700_000_000 });
  await authenticate({ ...stores, verify })(
    { connection: aConnection(), subscriptions: [there] },
    { action: 'authenticate', token: 'newer' },
  );
};

const operations = {
  again: subscribe(there),
  slower: subscribe({ ...there, maxRate: 1 }),
  elsewhere: subscribe({ ...there, target: 'type#kettle' }),
  unsubscribe: unsubscribing,
  'unsubscribe twice': async (stores: Stores) => {
    await unsubscribing(stores);
    await unsubscribing(stores);
  },
  authenticate: authenticating,
  disconnect: (stores: Stores) => disconnect(stores)(connectionId),
};
type Operation = keyof typeof operations;
const names = Object.keys(operations) as Operation[]; // Object.keys forgets the key type

/** The rows that delivery reads, and those that it should. */
const rowsOf = async ({ connections, subscriptions }: Stores) => {
  const held = await connections.find(connectionId);
  const rows = (await Promise.all(targets.map((target) => subscriptions.byTarget(target)))).flat();
  const wanted = targets.flatMap((target) => (held && rowOf(held, { target, id: 's1' })) ?? []);
  return { rows, wanted };
};

/** Runs the operations with their calls in the order that `choose` says, until all have ended. */
const run = async (together: readonly Operation[], choose: (waiting: number) => number) => {
  const stores = await make();
  const waiting: (() => Promise<unknown>)[] = [];
  const turn: Turn = (call) =>
    new Promise((resolve, reject) => {
      waiting.push(() => call().then(resolve, reject));
    });
  const scheduled = {
    connections: inTurn(stores.connections, turn),
    subscriptions: inTurn(stores.subscriptions, turn),
  };
  const ends = Promise.all(together.map((name) => operations[name](scheduled)));
  for (;;) {
    await new Promise(setImmediate); // Everything runs until it waits for its turn.
    const [next] = waiting.splice(choose(waiting.length), 1);
    if (next === undefined) break;
    await next();
  }
  await ends;
  return rowsOf(stores);
};

/** Every order there is: counts through the choices as if they were digits, each with its own base. */
const everyOrder = async (check: (choose: (waiting: number) => number) => Promise<void>): Promise<number> => {
  const path: { choice: number; of: number }[] = [];
  for (let orders = 1; ; orders += 1) {
    let depth = 0;
    await check((of) => {
      const step = path[depth] ?? { choice: 0, of };
      path[depth] = step;
      depth += 1;
      return step.choice;
    });
    while (path.length > 0 && (path.at(-1)?.choice ?? 0) + 1 >= (path.at(-1)?.of ?? 0)) path.pop();
    const last = path.at(-1);
    if (last === undefined) return orders;
    last.choice += 1;
  }
};

describe('the rows that delivery reads are those of the connection', () => {
  const pairs = names.flatMap((a, n) => names.slice(n + 1).map((b): [Operation, Operation] => [a, b]));

  it.each(pairs)('after %s beside %s, in every order of their calls', async (a, b) => {
    await everyOrder(async (choose) => {
      const { rows, wanted } = await run([a, b], choose);
      expect(rows).toEqual(wanted);
    });
  });

  it('after any of them at once, in any order of their calls', async () => {
    const some = fc.array(fc.constantFrom(...names), { minLength: 3, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(some, fc.infiniteStream(fc.nat(1_000)), async (together, choices) => {
        const { rows, wanted } = await run(together, (waiting) =>
          waiting === 0 ? 0 : (choices.next().value as number) % waiting,
        );
        expect(rows).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });
});

it('a subscription settles into the row that is read, with what its connection says', async () => {
  const { rows } = await rowsOf(await make());
  const { principal: _, ...connection } = aConnection();
  expect(rows).toEqual([{ ...there, ...connection }]);
});
