import { describe, expect, it } from 'vitest';
import type { Target, TelemetryClient } from '../../fanout/client/telemetryClient.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { labelOf } from './view.ts';

/** A client that writes down what it is asked for, and answers once all promises that can have run. */
const fakeClient = (refuse: (target: Target) => boolean = () => false) => {
  const log: string[] = [];
  const subscribe: TelemetryClient['subscribe'] = async (to) => {
    log.push(`+ ${labelOf(to)}`);
    await Promise.resolve();
    if (refuse(to)) return { ok: false, error: { code: 'not_granted', message: 'Not yours.' } };
    const unsubscribe = () => {
      log.push(`- ${labelOf(to)}`);
      return Promise.resolve({ ok: true as const });
    };
    return { ok: true, subscription: { id: 's', to, live: true, unsubscribe, change: unsubscribe } };
  };
  return { log, subscribe };
};

const answered = () => new Promise((resolve) => setImmediate(resolve));

describe('the subscriptions', () => {
  it('follow what is watched', async () => {
    const client = fakeClient();
    const { follow } = subscriptionsOf(client);
    follow([{ region: 'a' }, { type: 'b' }]);
    await answered();
    follow([{ type: 'b' }, { device: 'c' }]);
    await answered();
    expect(client.log).toEqual(['+ region a', '+ type b', '- region a', '+ device c']);
  });

  it('end one whose answer comes when nobody wants it any more', async () => {
    const client = fakeClient();
    const { follow } = subscriptionsOf(client);
    follow([{ region: 'a' }]);
    follow([]);
    await answered();
    expect(client.log).toEqual(['+ region a', '- region a']);
  });

  it('tell why one was refused, until it is watched no more', async () => {
    const { follow, refused } = subscriptionsOf(fakeClient(() => true));
    follow([{ region: 'a' }]);
    await answered();
    expect([...refused.value]).toEqual([['region a', 'Not yours.']]);
    follow([]);
    expect([...refused.value]).toEqual([]);
  });
});
