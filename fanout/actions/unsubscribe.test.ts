import { beforeEach, expect, it } from 'vitest';
import { limits } from '../limits.ts';
import { anEdge, type Edge } from '../memory/edge.testing.ts';
import { requests } from '../protocol.ts';

let edge: Edge;
beforeEach(async () => {
  edge = anEdge();
  await edge.open();
});
const subscribe = { action: 'subscribe', id: 's1', to: { region: 'eu-west' } };

it('unsubscribe takes the row away, and a second time says that there is none', async () => {
  await edge.ask(subscribe);
  expect(await edge.ask({ action: 'unsubscribe', id: 's1' })).toEqual([{ type: 'unsubscribed', id: 's1' }]);
  expect(await edge.ports.subscriptions.byTarget('region#eu-west')).toEqual([]);
  expect(await edge.ask({ action: 'unsubscribe', id: 's1' })).toMatchObject([
    { code: 'unknown_subscription', id: 's1' },
  ]);
});

it('subscriptions lists what was asked for', async () => {
  const where = [{ field: 'temperature', op: '>', value: 30 }];
  await edge.ask({ ...subscribe, where, maxRate: 2 });
  await edge.ask({ action: 'subscribe', id: 's2', to: { device: 'kettle-1' } });
  expect(await edge.ask({ action: 'subscriptions', id: 'q' })).toEqual([
    {
      type: 'subscriptions',
      id: 'q',
      items: [
        { id: 's1', to: { region: 'eu-west' }, where, maxRate: 2 },
        { id: 's2', to: { device: 'kettle-1' } },
      ],
    },
  ]);
});

it('subscriptions of none is an empty list', async () => {
  expect(await edge.ask({ action: 'subscriptions' })).toEqual([{ type: 'subscriptions', items: [] }]);
});

it('a list that does not fit into one frame comes in several', async () => {
  const condition = { field: 'f'.repeat(limits.fieldCharacters), op: '==', value: '€'.repeat(256) } as const;
  const where = Array.from({ length: limits.conditions }, () => condition);
  const ids = ['a', 'b', 'c', 'd', 'e'];
  for (const id of ids)
    await edge.ask(requests.subscribe.parse({ action: 'subscribe', id, to: { device: 'x' }, where }));
  const answered = await edge.ask({ action: 'subscriptions', id: 'q' });
  expect(answered.length).toBeGreaterThan(1);
  expect(answered.flatMap((frame) => (frame.type === 'subscriptions' ? frame.items : []))).toMatchObject(
    ids.map((id) => ({ id })),
  );
});
