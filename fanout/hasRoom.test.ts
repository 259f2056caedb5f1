import { expect, it } from 'vitest';
import { hasRoom } from './hasRoom.ts';
import { limits } from './limits.ts';

const now = 1_000_000;

const asking = (count: number, { gone = [] as string[], connectedAt = 0 } = {}) => {
  const closed: string[] = [];
  let asked = 0;
  const ask = hasRoom({
    connections: {
      ofPrincipal: async () =>
        Array.from({ length: count }, (_, n) => ({ connectionId: `c${n}=`, connectedAt })),
      close: async (id) => {
        closed.push(id);
        return [];
      },
    },
    subscriptions: { delete: async () => undefined },
    isOpen: async (id) => {
      asked += 1;
      return !gone.includes(id);
    },
    now: () => now,
  });
  return { ask, closed, asked: () => asked };
};

it('has room below the cap without asking the edge', async () => {
  const { ask, asked } = asking(limits.connections - 1);
  expect(await ask('ada')).toBe(true);
  expect(asked()).toBe(0);
});

it('has no room at the cap', async () => {
  expect(await asking(limits.connections).ask('ada')).toBe(false);
});

it('has room again once the edge says that one is gone, and forgets that one', async () => {
  const { ask, closed } = asking(limits.connections, { gone: ['c3='] });
  expect(await ask('ada')).toBe(true);
  expect(closed).toEqual(['c3=']);
});

it('does not take a connection that is about to open for one that is gone', async () => {
  const { ask, closed } = asking(limits.connections, { gone: ['c3='], connectedAt: now - 1_000 });
  expect(await ask('ada')).toBe(false);
  expect(closed).toEqual([]);
});
