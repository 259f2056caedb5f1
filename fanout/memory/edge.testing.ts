import type { Identity } from '../admission.ts';
import { answer, type AnswerPorts } from '../answer.ts';
import { aConnection } from '../factories.ts';
import type { Connection, Readings } from '../ports.ts';
import { frames, type Frame } from '../protocol.ts';
import type { Reading } from '../reading.ts';
import { record } from '../record.ts';
import { memoryConnections } from './connections.ts';
import { memoryDebts } from './debts.ts';
import { memoryDevices } from './devices.ts';
import { memoryPaces } from './paces.ts';
import { memoryReadings } from './readings.ts';
import { memorySubscriptions } from './subscriptions.ts';

/** When {@link anEdge} begins: as the newest factories' times, epoch ms. */
export const start = 1_763_690_001_000;

const retentionMs = 60 * 60 * 1000;

/** A frame as its schema knows it: throws for one that is none of the contract's, drops nothing that is. */
export const checked = (frame: Frame): Frame => frames[frame.type].parse(frame);

/**
 * Everything that answers a client, in this process, for tests. Its clock stands still; waiting moves it on, after
 * `meanwhile`, once.
 */
export const anEdge = (over: Partial<AnswerPorts> = {}) => {
  let time = start;
  const tokens = new Map<string, Identity>();
  const pushed: { connectionId: string; frame: unknown }[] = [];
  const readings: Readings = memoryReadings(retentionMs);
  let meanwhile: (() => Promise<unknown>) | undefined;

  const ports: AnswerPorts = {
    connections: memoryConnections(),
    subscriptions: memorySubscriptions(),
    devices: memoryDevices(),
    readings,
    paces: memoryPaces(),
    debts: memoryDebts(),
    push: async (connectionId, text) => {
      pushed.push({ connectionId, frame: JSON.parse(text) });
      return 'delivered';
    },
    verify: async (token) => tokens.get(token),
    now: () => time,
    wait: async (ms) => {
      const first = meanwhile;
      meanwhile = undefined;
      await first?.();
      time += ms;
    },
    subscriptionCacheMs: 1_000,
    ...over,
  };
  const reply = answer(ports);

  /** Every frame of the answer, in order, each held to the contract. */
  const ask = async (
    request: object | string,
    connectionId = aConnection().connectionId,
  ): Promise<Frame[]> => {
    const sent: Frame[] = [];
    const text = typeof request === 'string' ? request : JSON.stringify(request);
    const last = await reply(connectionId, text, async (frame) => {
      sent.push(checked(frame));
      return 'delivered';
    });
    return last === undefined ? sent : [...sent, checked(last)];
  };

  return {
    ports,
    reply,
    ask,
    pushed,
    tokens,
    open: (connection: Partial<Connection> = {}) => ports.connections.open(aConnection(connection)),
    record: (reading: Reading) => record({ ...ports, elapsed: () => time })([{ reading, own: true }]),
    pass: (ms: number): void => {
      time += ms;
    },
    /** What happens while the next wait lasts. */
    meanwhile: (happens: () => Promise<unknown>): void => {
      meanwhile = happens;
    },
  };
};

export type Edge = ReturnType<typeof anEdge>;
