import { describe, expect, it } from 'vitest';

import { type SendResult, outbox } from './outbox.ts';

/** An outbox onto a network that records what is sent and answers when told to. */
const boxOnto = (limits: { capacity: number; maxInFlight: number }) => {
  const sent: string[] = [];
  const answers: ((result: SendResult) => void)[] = [];
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

  it('sends again, in order, what was in flight when a connection was lost, one message first alone', () => {
    const { box, sent, answers, add } = boxOnto({ capacity: 10, maxInFlight: 10 });
    box.open();
    for (const payload of ['a', 'b', 'c']) void add(payload);
    box.shut();
    for (const answer of answers.splice(0)) answer('lost');
    box.open();
    expect(sent.splice(0)).toEqual(['a', 'b', 'c', 'a']);
    answers[0]?.('acknowledged');
    expect(sent).toEqual(['b', 'c']);
  });

  it('takes a message on which connections end one after the other for refused, and goes on', async () => {
    const { box, sent, answers, add } = boxOnto({ capacity: 10, maxInFlight: 10 });
    box.open();
    const [poison, harmless] = [add('poison'), add('harmless')];
    const loseAll = (): void => {
      box.shut();
      for (const answer of answers.splice(0)) answer('lost');
      box.open();
    };
    for (let connections = 0; connections < 4; connections += 1) loseAll();
    expect(await poison).toBe('refused');
    expect(sent.at(-1)).toBe('harmless');
    answers[0]?.('acknowledged');
    expect(await harmless).toBe('acknowledged');
  });

  it('does not blame a message for connections that we cut ourselves', () => {
    const { box, sent, answers, add } = boxOnto({ capacity: 10, maxInFlight: 10 });
    box.open();
    void add('a');
    for (let connections = 0; connections < 10; connections += 1) {
      box.shut();
      for (const answer of answers.splice(0)) answer('cut');
      box.open();
    }
    expect(sent).toHaveLength(11);
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
