import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HangUp, IsOpen } from '../ports.ts';
import { describePost } from '../post.contract.ts';
import { edgeByHttp } from './edgeByHttp.ts';
import { forgedEdge, type ForgedEdge } from './forgedEdge.testing.ts';

const options = {
  region: 'eu-central-1',
  credentials: () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' }),
};
const id = 'L0SM9cOFvHcCIhw=';

describe("by Node's own client", () => {
  describePost(({ endpoint, sockets }) => ({
    post: edgeByHttp({ ...options, endpoint, connections: sockets }).post,
    close: () => undefined,
  }));
});

let edge: ForgedEdge;
let isOpen: IsOpen;
let hangUp: HangUp;

beforeEach(async () => {
  edge = await forgedEdge();
  ({ isOpen, hangUp } = edgeByHttp({ ...options, endpoint: edge.endpoint }));
});
afterEach(() => edge.close());

describe('isOpen', () => {
  it('a connection that the edge tells about is open', async () => {
    edge.answer = { status: 200, body: '{"connectedAt":"2026-12-30T12:00:00Z"}' };
    expect(await isOpen(id)).toBe(true);
    expect(edge.received).toMatchObject([{ method: 'GET', path: '/live/@connections/L0SM9cOFvHcCIhw%3D' }]);
  });

  it('one that is gone is not', async () => {
    edge.answer = { status: 410, errorType: 'GoneException' };
    expect(await isOpen(id)).toBe(false);
  });

  it.each([{ status: 500 }, { status: 403 }, 'cut after'] as const)('%j is an outage', async (answer) => {
    edge.answer = answer;
    await expect(isOpen(id)).rejects.toThrow(/did not tell/);
  });

  it('an edge that fails once is asked again', async () => {
    edge.answer = { status: 503 };
    edge.before = async () => {
      edge.before = async () => undefined;
      edge.answer = { status: 200 };
    };
    expect(await isOpen(id)).toBe(true);
    expect(edge.received).toHaveLength(2);
  });
});

describe('hangUp', () => {
  it.each([
    [204, undefined, 'done', 1],
    [200, undefined, 'done', 1],
    [410, 'GoneException', 'done', 1],
    [429, 'LimitExceededException', 'busy', 2],
    [500, undefined, 'busy', 2],
  ])('%i %s is %s', async (status, errorType, outcome, tries) => {
    edge.answer = { status, ...(errorType === undefined ? {} : { errorType }) };
    expect(await hangUp(id)).toBe(outcome);
    expect(edge.received).toHaveLength(tries);
    expect(edge.received[0]).toMatchObject({
      ...{ method: 'DELETE', path: '/live/@connections/L0SM9cOFvHcCIhw%3D', body: '' },
    });
  });

  it.each(['cut after', 'silence'] as const)('%s is busy', async (answer) => {
    edge.answer = answer;
    expect(await hangUp(id)).toBe('busy');
  });

  it('a function that may not hang up throws', async () => {
    edge.answer = { status: 403, errorType: 'ForbiddenException' };
    await expect(hangUp(id)).rejects.toThrow(/role/);
  });
});
