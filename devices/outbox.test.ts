import { describe, expect, it } from 'vitest';

import { outbox } from './outbox.ts';
import type { PublishOutcome } from './transport.ts';

/** An outbox onto a network that records what is sent and answers when told to. */
const boxOnto = (limits: { capacity: number; maxInFlight: number }) => {
  const sent: string[] = [];
  const answers: ((outcome: PublishOutcome) => void)[] = [];
  const box = outbox({
    ...limits,
    send: ({ payload }, done) => {
      sent.push(String(payload));
      answers.push(done);
    },
  });
  const add = (payload: string) => box.add({ topic: 't', payload });
  return { box, sent, answers, add };
};

describe('an outbox', () => {
  it('keeps messages in order until there is a connection', () => {
    const { box, sent, add } = boxOnto({ capacity: 10, maxInFlight: 10 });
    void add('a');
    void add('b');
    expect(sent).toEqual([]);
    box.open();
    expect(sent).toEqual(['a', 'b']);
  });

  it('drops the oldest waiting message when it is full, and says so', async () => {
    const { box, sent, add } = boxOnto({ capacity: 2, maxInFlight: 10 });
    const [first] = [add('a'), add('b'), add('c')];
    expect(await first).toBe('dropped');
    box.open();
    expect(sent).toEqual(['b', 'c']);
  });

  it('sends the next message when an answer makes room', async () => {
    const { box, sent, answers, add } = boxOnto({ capacity: 10, maxInFlight: 1 });
    box.open();
    const first = add('a');
    void add('b');
    expect(sent).toEqual(['a']);
    answers[0]?.('acknowledged');
    expect(await first).toBe('acknowledged');
    expect(sent).toEqual(['a', 'b']);
  });

  it('lets messages wait again when the connection is lost', () => {
    const { box, sent, add } = boxOnto({ capacity: 10, maxInFlight: 10 });
    box.open();
    box.shut();
    void add('a');
    expect(sent).toEqual([]);
  });

  it('settles everything when it ends, whatever the network answers later', async () => {
    const { box, answers, add } = boxOnto({ capacity: 10, maxInFlight: 1 });
    box.open();
    const both = [add('a'), add('b')];
    box.end();
    answers[0]?.('acknowledged');
    expect(await Promise.all([...both, add('c')])).toEqual(Array(3).fill('unacknowledged'));
  });
});
