import { beforeEach, expect, it } from 'vitest';
import { aConnection, aReading, aSubscription } from '../factories.ts';
import { limits } from '../limits.ts';
import { anEdge, start, type Edge } from '../memory/edge.testing.ts';
import type { Subscription } from '../ports.ts';

let edge: Edge;
beforeEach(async () => {
  edge = anEdge();
  await edge.open({ grants: ['region:eu-west'] });
});
const to = { region: 'eu-west' };
const subscribed = (row: Partial<Subscription>) => edge.ports.subscriptions.put(aSubscription(row));
const note = (over: object = {}) =>
  edge.ask({ action: 'note', id: 'n', to, text: 'Descaling now.', ...over });
const heardBy = () => edge.pushed.map(({ connectionId }) => connectionId).sort();

it('a note reaches everyone who subscribed to that target, once a connection, and the sender a receipt', async () => {
  await subscribed({ connectionId: 'bob=', id: 's1' });
  await subscribed({ connectionId: 'bob=', id: 's2' });
  await subscribed({ connectionId: aConnection().connectionId });
  await subscribed({ connectionId: 'cy=', target: 'type#kettle' });
  expect(await note()).toEqual([{ type: 'noted', id: 'n', at: start }]);
  expect(heardBy()).toEqual([aConnection().connectionId, 'bob=']);
  expect(edge.pushed[0]?.frame).toEqual({ type: 'note', to, text: 'Descaling now.', from: 'ada', at: start });
});

it('a note does not reach who may not hear it', async () => {
  await subscribed({ connectionId: 'narrow=', grants: ['device:kettle-*'] });
  await subscribed({ connectionId: 'expired=', tokenExpiresAt: start });
  await subscribed({ connectionId: 'bob=' });
  await note();
  expect(heardBy()).toEqual(['bob=']);
});

it.each([
  [['region:eu-west'], { device: 'kettle-1' }, 'noted'],
  [['device:kettle-*'], { device: 'kettle-1' }, 'noted'],
  [['region:eu-*'], { region: 'eu-west' }, 'noted'],
  [['device:kettle-*'], { region: 'eu-west' }, 'error'],
  [['region:us-east'], { device: 'kettle-1' }, 'error'],
  [['region:eu-west'], { type: 'kettle' }, 'error'],
])('with %j a note to %j is %s', async (grants, target, answered) => {
  await edge.record(aReading());
  await edge.open({ grants });
  expect(await note({ to: target })).toMatchObject([{ type: answered }]);
});

it('500 characters of any kind are a note, one more is not', async () => {
  expect(await note({ text: '🫖'.repeat(limits.noteCharacters) })).toMatchObject([{ type: 'noted' }]);
  expect(await note({ text: 'x'.repeat(limits.noteCharacters + 1) })).toMatchObject([
    { code: 'note_too_long', id: 'n' },
  ]);
});

it.each(['\u001b[2J', 'a\u0000', 'a\r', '\u009b31m', '\u007f'])(
  '%j would speak to a terminal and is refused',
  async (text) => {
    await subscribed({ connectionId: 'bob=' });
    expect(await note({ text })).toMatchObject([{ code: 'bad_message', id: 'n' }]);
    expect(edge.pushed).toEqual([]);
  },
);

it('text goes on as it came', async () => {
  await subscribed({ connectionId: 'bob=' });
  const text = ' two\nlines\tand <b>é</b> ';
  await note({ text });
  expect(edge.pushed[0]?.frame).toMatchObject({ text });
});

it('a receiver that is gone keeps nobody else from hearing', async () => {
  const heard: string[] = [];
  edge = anEdge({
    push: async (connectionId) => {
      heard.push(connectionId);
      return connectionId === 'gone=' ? 'gone' : 'delivered';
    },
  });
  await edge.open();
  await subscribed({ connectionId: 'gone=' });
  await subscribed({ connectionId: 'bob=' });
  expect(await note()).toMatchObject([{ type: 'noted' }]);
  expect(heard).toEqual(['gone=', 'bob=']);
});
