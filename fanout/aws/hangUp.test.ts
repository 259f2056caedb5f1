import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HangUp } from '../ports.ts';
import { forgedEdge, type ForgedEdge } from './forgedEdge.testing.ts';
import { sdkHangUp } from './hangUp.ts';
import { pushClient } from './push.ts';

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const id = 'L0SM9cOFvHcCIhw=';
let edge: ForgedEdge;
let hangUp: HangUp;

beforeEach(async () => {
  edge = await forgedEdge();
  hangUp = sdkHangUp(pushClient({ endpoint: edge.endpoint, region: 'eu-central-1', credentials }));
});
afterEach(() => edge.close());

it.each([
  [204, undefined, 'done'],
  [200, undefined, 'done'],
  [410, 'GoneException', 'done'],
  [429, 'LimitExceededException', 'busy'],
  [500, undefined, 'busy'],
])('%i %s is %s', async (status, errorType, outcome) => {
  edge.answer = { status, ...(errorType === undefined ? {} : { errorType }) };
  expect(await hangUp(id)).toBe(outcome);
  expect(edge.received).toMatchObject([
    { method: 'DELETE', path: '/live/@connections/L0SM9cOFvHcCIhw%3D', body: '' },
  ]);
});

it.each(['cut after', 'silence'] as const)('%s is busy', async (answer) => {
  edge.answer = answer;
  expect(await hangUp(id)).toBe('busy');
});

it('a function that may not hang up throws', async () => {
  edge.answer = { status: 403, errorType: 'ForbiddenException' };
  await expect(hangUp(id)).rejects.toThrow();
});
