import { describe, expect, it } from 'vitest';

import type { DeviceLogin, Message, Transport } from '../transport.ts';
import { asUsersSet } from './asUsersSet.ts';
import { basicIngest } from './basicIngest.ts';

/** A transport that keeps what it is given. */
const recording = () => {
  const [logins, messages]: [DeviceLogin[], Message[]] = [[], []];
  const transport: Transport = {
    connect: (device) => {
      logins.push(device);
      return {
        publish: async (message) => {
          messages.push(message);
          return 'acknowledged';
        },
        drop: () => undefined,
        resume: () => undefined,
        close: async () => undefined,
      };
    },
  };
  return { transport, logins, messages };
};

const listener = { connected: () => undefined, lost: () => undefined, refused: () => undefined };

describe('what users set', () => {
  it('is the login of devices that bring none, with a will in their name', () => {
    const { transport, logins } = recording();
    const certificate = { cert: 'c', key: 'k' };
    const will = { topic: 'status/{device}', payload: '{device} is gone', retain: true };
    asUsersSet({ certificate, will, retain: false }, transport).connect({ clientId: 'pump-1' }, listener);
    const theirs = { topic: 'status/pump-1', payload: 'pump-1 is gone', retain: true };
    expect(logins).toEqual([{ clientId: 'pump-1', certificate, will: theirs }]);
  });

  it('gives way to what a device brings itself', () => {
    const { transport, logins } = recording();
    const own = {
      clientId: 'a',
      certificate: { cert: 'own', key: 'own' },
      will: { topic: 't', payload: 'p' },
    };
    const settings = {
      certificate: { cert: 'c', key: 'k' },
      will: { topic: 'x', payload: 'y', retain: false },
      retain: false,
    };
    asUsersSet(settings, transport).connect(own, listener);
    expect(logins).toEqual([own]);
  });

  it('makes messages retained, but for those that say otherwise', async () => {
    const { transport, messages } = recording();
    const { publish } = asUsersSet({ retain: true }, transport).connect({ clientId: 'a' }, listener);
    await publish({ topic: 't', payload: '1' });
    await publish({ topic: 't', payload: '2', retain: false });
    expect(messages.map(({ retain }) => retain)).toEqual([true, false]);
  });
});

it('Basic Ingest names the rule before the topic, and leaves the will where it is', async () => {
  const { transport, logins, messages } = recording();
  const device = { clientId: 'a', will: { topic: 'status', payload: 'gone' } };
  await basicIngest('Rule_1', transport)
    .connect(device, listener)
    .publish({ topic: 'telemetry/x/a', payload: '' });
  expect(messages).toEqual([{ topic: '$aws/rules/Rule_1/telemetry/x/a', payload: '' }]);
  expect(logins).toEqual([device]);
});
