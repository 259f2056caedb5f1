import { type MqttClient, connectAsync } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';

import type { DeviceConnection, DeviceLogin, PublishOutcome, Transport } from '../transport.ts';
import type { TransportLimits } from './openTransport.ts';
import { type Wire, startWire } from './wire.testing.ts';

/** A broker, and a transport that reaches it by one of its ports. */
export type Bench = {
  /** The broker's port that the transport is held against, on 127.0.0.1. */
  readonly port: number;
  /** A transport to `port` of 127.0.0.1, from where a wire leads to the broker's. */
  readonly open: (port: number, limits: TransportLimits) => Promise<Transport>;
  /** A login that the broker takes, always under this client id if there is to be only one. */
  readonly login: (clientId: string) => Promise<DeviceLogin>;
  /** A login that the broker refuses. */
  readonly refused: () => Promise<DeviceLogin>;
  /** A topic that devices may publish to, below which are more. */
  readonly topic: string;
  /** A topic that they may not publish to. */
  readonly forbiddenTopic: string;
  /** Where somebody else can subscribe to everything. */
  readonly observerUrl: string;
};

type Event = 'connected' | `lost: ${string}` | `refused: ${string}`;

/** A listener that keeps what it was told, with a way to wait for it. */
const recorder = () => {
  const events: Event[] = [];
  let wake = (): void => undefined;
  const note = (event: Event): void => {
    events.push(event);
    wake();
  };
  const seen = async (pattern: RegExp, from = 0): Promise<string> => {
    for (;;) {
      const found = events.slice(from).find((event) => pattern.test(event));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const listener = {
    connected: () => note('connected'),
    lost: (reason: string) => note(`lost: ${reason}`),
    refused: (reason: string) => note(`refused: ${reason}`),
  };
  return { events, listener, seen };
};

type Seen = { topic: string; text: string; retain: boolean };

/** Somebody who watches topics and waits for what comes there. */
const observe = async (url: string, filters: string | string[]) => {
  const client: MqttClient = await connectAsync(url);
  const seen: Seen[] = [];
  let wake = (): void => undefined;
  client.on('message', (topic, payload, { retain }) => {
    seen.push({ topic, text: payload.toString(), retain });
    wake();
  });
  await client.subscribeAsync(filters, { qos: 1 });
  const until = async (isEnough: (seen: readonly Seen[]) => boolean): Promise<void> => {
    while (!isEnough(seen)) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { seen, until, close: () => client.endAsync(true) };
};

const texts = (seen: readonly Seen[]): string[] => seen.map(({ text }) => text);

/** What every {@link Transport} promises. `bench` gives the broker it is held against, which may serve many tests. */
export const describeTransport = (name: string, bench: () => Bench): void => {
  let closers: (() => Promise<void>)[] = [];
  let tests = 0;
  afterEach(async () => {
    for (const close of closers.reverse()) await close();
    closers = [];
  });

  const wired = async (options?: { isBroken?: boolean }): Promise<Wire> => {
    const wire = await startWire(bench().port, options);
    closers.push(wire.close);
    return wire;
  };
  /** One device over a wire; of its own name in each test, so that tests do not take each other's. */
  const device = async (wire: Wire, changes: Partial<DeviceLogin> = {}, limits: TransportLimits = {}) => {
    const login = await bench().login(`device-${++tests}`);
    // No jitter: it connects again after 50 ms.
    const transport = await bench().open(wire.port, { random: () => 0, ...limits });
    const told = recorder();
    const connection = transport.connect({ ...login, ...changes }, told.listener);
    closers.push(connection.close);
    return { connection, ...told, clientId: login.clientId };
  };
  const watching = async (filters: string | string[]) => {
    const observer = await observe(bench().observerUrl, filters);
    closers.push(observer.close);
    return observer;
  };
  const topic = (): string => `${bench().topic}/${tests}`;
  const say = (connection: DeviceConnection, payload: string | Uint8Array): Promise<PublishOutcome> =>
    connection.publish({ topic: topic(), payload });

  describe(name, () => {
    it('publishes text and bytes, and hears that they were taken', async () => {
      const { connection, seen } = await device(await wired());
      const observer = await watching(topic());
      await seen(/^connected/);
      expect(await say(connection, 'grüße')).toBe('acknowledged');
      expect(await say(connection, new TextEncoder().encode('bytes'))).toBe('acknowledged');
      await observer.until(({ length }) => length === 2);
      expect(texts(observer.seen)).toEqual(['grüße', 'bytes']);
    });

    it('publishes with QoS 0, of which nobody hears', async () => {
      const { connection, seen } = await device(await wired());
      const observer = await watching(topic());
      await seen(/^connected/);
      expect(await connection.publish({ topic: topic(), payload: 'a', qos: 0 })).toBe('unacknowledged');
      await observer.until(({ length }) => length === 1);
    });

    it('waits for a broker that is away, and then publishes in order what waited', async () => {
      const wire = await wired({ isBroken: true });
      const { connection, seen } = await device(wire);
      const observer = await watching(topic());
      const outcomes = Promise.all(['a', 'b', 'c'].map((text) => say(connection, text)));
      expect(await seen(/^lost/)).toBe('lost: connection refused');
      await wire.mend();
      expect(await outcomes).toEqual(Array(3).fill('acknowledged'));
      await observer.until(({ length }) => length === 3);
      expect(texts(observer.seen)).toEqual(['a', 'b', 'c']);
    });

    it('lets the oldest of a full buffer go, and says so', async () => {
      const wire = await wired({ isBroken: true });
      const { connection } = await device(wire, {}, { bufferSize: 2 });
      const outcomes = ['a', 'b', 'c'].map((text) => say(connection, text));
      expect(await outcomes[0]).toBe('dropped');
      await wire.mend();
      expect(await Promise.all(outcomes)).toEqual(['dropped', 'acknowledged', 'acknowledged']);
    });

    it('loses nothing when its connection is lost with messages in flight', async () => {
      const wire = await wired();
      const { connection, events, seen } = await device(wire);
      const observer = await watching(topic());
      await seen(/^connected/);
      wire.deafen();
      const sent = Array.from({ length: 20 }, (_, n) => String(n));
      const outcomes = Promise.all(sent.map((text) => say(connection, text)));
      await observer.until(({ length }) => length > 0);
      const before = events.length;
      wire.cut();
      expect(await seen(/^lost/, before)).toMatch(/connection (closed|reset)/);
      expect(await outcomes).toEqual(Array(20).fill('acknowledged'));
      await observer.until((all) => new Set(texts(all)).size === 20);
    });

    it('stays away after drop until it is told to resume, and then sends what waited', async () => {
      const { connection, events, seen } = await device(await wired());
      await seen(/^connected/);
      connection.drop();
      await seen(/^lost: cut off/);
      const outcome = say(connection, 'a');
      connection.drop();
      // Meanwhile somebody else tries three times.
      const other = await device(await wired({ isBroken: true }));
      for (const n of [0, 1, 2]) await other.seen(/^lost/, n);
      expect(events).toEqual(['connected', 'lost: cut off']);
      connection.resume();
      expect(await outcome).toBe('acknowledged');
      connection.resume();
      // An attempt may have failed: the AWS SDK shuns for a moment an address that refused somebody else.
      const came = events.filter((event) => !event.startsWith('lost: no such host'));
      expect(came).toEqual(['connected', 'lost: cut off', 'connected']);
    });

    it('may be dropped and resumed in one breath', async () => {
      const { connection, seen } = await device(await wired());
      await seen(/^connected/);
      connection.drop();
      connection.resume();
      await seen(/^connected/, 1);
      expect(await say(connection, 'a')).toBe('acknowledged');
    });

    it('leaves its will when it is dropped', async () => {
      const will = { topic: `${bench().topic}/will-${tests}`, payload: 'gone' };
      const { connection, seen } = await device(await wired(), { will });
      const observer = await watching(will.topic);
      await seen(/^connected/);
      connection.drop();
      await observer.until(({ length }) => length === 1);
      expect(texts(observer.seen)).toEqual(['gone']);
    });

    it('leaves no will when it is closed', async () => {
      const will = { topic: `${bench().topic}/will-${tests}`, payload: 'gone' };
      const wire = await wired();
      const observer = await watching(will.topic);
      const leaving = await device(wire, { will });
      await leaving.seen(/^connected/);
      await leaving.connection.close();
      const staying = await device(wire);
      await staying.connection.publish({ topic: will.topic, payload: 'the next' });
      await observer.until(({ length }) => length > 0);
      expect(texts(observer.seen)).toEqual(['the next']);
    });

    it('publishes as retained what is to be retained', async () => {
      const { connection } = await device(await wired());
      const [passing, kept] = [`${topic()}/passing`, `${topic()}/kept`];
      await connection.publish({ topic: passing, payload: 'a' });
      await connection.publish({ topic: kept, payload: 'b', retain: true });
      // One after the other and exact: AWS IoT Core retains nothing for filters with wildcards.
      const observer = await watching([passing, kept]);
      await observer.until(({ length }) => length === 1);
      expect(observer.seen).toEqual([{ topic: kept, text: 'b', retain: true }]);
      await connection.publish({ topic: kept, payload: '', retain: true });
    });

    it('says that it is refused, and goes on trying', async () => {
      const { events, seen } = await device(await wired(), await bench().refused());
      await seen(/^refused/);
      await seen(/^refused/, 1);
      expect(events).not.toContain('connected');
    });

    it('tells of a message that it may not publish, and publishes the others', async () => {
      const { connection, seen } = await device(await wired());
      await seen(/^connected/);
      const outcomes = [
        say(connection, 'a'),
        connection.publish({ topic: bench().forbiddenTopic, payload: 'b' }),
        say(connection, 'c'),
      ];
      expect(await Promise.all(outcomes)).toEqual(['acknowledged', 'refused', 'acknowledged']);
    });

    it('settles what waits when it is closed, with and without a connection', async () => {
      const wire = await wired();
      const { connection, events, seen } = await device(wire);
      await seen(/^connected/);
      wire.deafen();
      const inFlight = say(connection, 'a');
      await connection.close();
      expect(await inFlight).toBe('unacknowledged');
      expect(await say(connection, 'b')).toBe('unacknowledged');
      expect(events).toEqual(['connected']);

      const away = await device(await wired({ isBroken: true }));
      const waiting = say(away.connection, 'a');
      await away.connection.close();
      expect(await waiting).toBe('unacknowledged');
    });
  });
};
