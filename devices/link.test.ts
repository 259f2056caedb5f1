import { describe, expect, it } from 'vitest';

import { createLink } from './link.ts';
import { tally } from './tally.ts';
import type { ConnectionListener, PublishOutcome, Transport } from './transport.ts';

/** A link whose transport does and tells only what the test says. */
const linked = (outcome: PublishOutcome = 'unacknowledged') => {
  const counts = tally(1);
  const listeners: ConnectionListener[] = [];
  const done: string[] = [];
  const note = (what: string) => () => void done.push(what);
  const transport: Transport = {
    connect: (_login, listener) => {
      listeners.push(listener);
      return {
        publish: () => Promise.resolve(outcome),
        drop: note('drop'),
        resume: note('resume'),
        close: async () => note('close')(),
      };
    },
  };
  const link = createLink({ transport, tally: counts }, () => undefined);
  const presentation = { login: { clientId: 'pump-1' }, isWrong: false };
  const listener = (): ConnectionListener => {
    const last = listeners.at(-1);
    if (last === undefined) throw new Error('it has not connected');
    return last;
  };
  return {
    link,
    counts,
    listener,
    done,
    open: () => link.open(presentation),
    attempts: () => listeners.length,
  };
};

describe('a link', () => {
  it('counts a lost connection as an error, with its reason', () => {
    const { open, listener, counts } = linked();
    open();
    listener().connected();
    listener().lost('connection reset');
    expect(counts.counts()).toMatchObject({ connected: 0, errors: { 'connection reset': 1 }, unreached: 0 });
  });

  it('that was taken away is no error, also when the loss is told after it was given back', () => {
    const { link, open, listener, counts, done } = linked();
    open();
    listener().connected();
    link.away()();
    expect(done).toEqual(['drop', 'resume']);
    listener().lost('cut off');
    expect(counts.counts()).toMatchObject({ connected: 0, errors: {} });
    listener().lost('connection refused');
    expect(counts.counts().errors).toEqual({ 'connection refused': 1 });
  });

  it('that was taken away twice is given back by the last', () => {
    const { link, open, done } = linked();
    open();
    const [first, second] = [link.away(), link.away()];
    first();
    expect(done).not.toContain('resume');
    second();
    expect(done).toContain('resume');
  });

  it('that is opened while it is away connects once it is given back', () => {
    const { link, open, attempts } = linked();
    const back = link.away();
    open();
    expect(attempts()).toBe(0);
    back();
    expect(attempts()).toBe(1);
  });

  it('forgets what waits when it is switched off, and hears no more of that connection', async () => {
    const { link, open, listener, counts, done } = linked();
    open();
    const before = listener();
    before.connected();
    const published = link.publish({ topic: 't', payload: 'p' });
    link.off();
    expect(await published).toBe('forgotten');
    expect(done).toEqual(['drop', 'close']);
    before.lost('cut off');
    before.connected();
    expect(counts.counts()).toMatchObject({ connected: 0, errors: {} });
  });

  it('calls what is pushed out of the buffer forgotten while it was taken away, and dropped when the broker was', async () => {
    const { link, open, listener } = linked('dropped');
    const message = { topic: 't', payload: 'p' };
    open();
    listener().connected();
    const back = link.away();
    listener().lost('cut off');
    expect(await link.publish(message)).toBe('forgotten');
    back();
    expect(await link.publish(message)).toBe('forgotten');
    listener().connected();
    listener().lost('connection reset');
    expect(await link.publish(message)).toBe('dropped');
  });

  it('counts a device as unreached from its first failure to its first connection', () => {
    const { open, listener, counts } = linked();
    open();
    listener().lost('no answer');
    listener().refused('not authorized');
    expect(counts.counts()).toMatchObject({ unreached: 1, isRefused: true });
    listener().connected();
    listener().lost('no answer');
    expect(counts.counts()).toMatchObject({ unreached: 0, isRefused: false });
  });
});
