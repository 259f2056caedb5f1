import { beforeEach, expect, it } from 'vitest';
import { aReading } from '../factories.ts';
import { fold } from '../fold.ts';
import { laterMessage } from '../laterMessage.ts';
import type { SendMessage } from './api/sendMessage.ts';
import { queueLater } from './later.ts';

const key = { connectionId: 'c=', deviceId: 'kettle-1' };
let sent: { body: string; options: Parameters<SendMessage>[1] }[];

const later = queueLater(async (body, options) => {
  sent.push({ body, options });
});

const messages = () => sent.map(({ body }) => laterMessage.parse(JSON.parse(body)));

beforeEach(() => {
  sent = [];
});

it('a flush names the connection and the device, and nothing else', async () => {
  await later.flush({ ...key, ...{ more: 1 } }, 1_000);
  expect(sent).toEqual([{ body: JSON.stringify({ flush: key }), options: { delaySeconds: 1 } }]);
});

it.each([
  [0, 0],
  [1, 1],
  [1_000, 1],
  [1_001, 2],
  [900_000, 900],
  [900_001, 900],
  [-1, 0],
])('%i ms become %i s', async (afterMs, seconds) => {
  await later.flush(key, afterMs);
  expect(sent.map(({ options }) => options?.delaySeconds)).toEqual([seconds]);
});

it('what is owed to a connection is read as it was written', async () => {
  const unsent = {
    connectionIds: ['c=', 'd='],
    folds: [fold(fold(undefined, aReading()), aReading({ seq: 43 }))],
    attempt: 3,
  };
  await later.resend(unsent, 4_000);
  expect(messages()).toEqual([{ resend: unsent }]);
});

it('what is too much for one message goes in several, in order', async () => {
  const folds = Array.from({ length: 20 }, (_, seq) =>
    fold(undefined, aReading({ seq, data: { text: 'x'.repeat(20_000) } })),
  );
  await later.resend({ connectionIds: ['c='], folds, attempt: 1 }, 1_000);
  expect(sent.length).toBeGreaterThan(1);
  for (const { body } of sent) expect(Buffer.byteLength(body)).toBeLessThan(256 * 1024);
  const seqs = messages().flatMap((message) =>
    'resend' in message ? message.resend.folds.map(({ last }) => last.seq) : [],
  );
  expect(seqs).toEqual(folds.map(({ last }) => last.seq));
});

it('connections to be forgotten are named by what was seen of them, in messages that SQS takes', async () => {
  const seen = Array.from({ length: 5_000 }, (_, n) => ({
    target: 'region#eu-west' as const,
    connectionId: `${String(n).padStart(15, '0')}=`,
    id: 's1',
  }));
  await later.forget(seen.map((key) => ({ ...key, ...{ grants: ['*'] } })));
  for (const { body } of sent) expect(Buffer.byteLength(body)).toBeLessThan(256 * 1024);
  expect(messages().flatMap((message) => ('forget' in message ? message.forget : []))).toEqual(seen);
});

it('what many connections are owed goes in few messages', async () => {
  const connectionIds = Array.from({ length: 4_000 }, (_, n) => `${String(n).padStart(15, '0')}=`);
  await later.resend({ connectionIds, folds: [fold(undefined, aReading())], attempt: 0 }, 0);
  expect(sent).toHaveLength(20);
  expect(messages().flatMap((message) => ('resend' in message ? message.resend.connectionIds : []))).toEqual(
    connectionIds,
  );
});
