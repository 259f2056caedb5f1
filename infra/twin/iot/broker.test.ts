import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer } from 'node:net';
import fc from 'fast-check';
import type { IClientOptions } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import {
  closed,
  connected,
  connectPacket,
  deferred,
  field,
  next,
  packet,
  publishPacket,
  testBroker,
  untilClosed,
  variableInteger,
  type TestBroker,
} from './broker.testing.ts';
import { scaledClock, type Clock } from '../clock.ts';
import { createFaults } from '../faults/faults.ts';
import { createMeter } from '../meter.ts';
import type { Sighting } from '../witness.ts';
import { maxPacketBytes, maxPayloadBytes, maxPublishesPerSecond } from './limits.ts';

let running: TestBroker[] = [];

const start = async (changes: Parameters<typeof testBroker>[0] = {}): Promise<TestBroker> => {
  const made = await testBroker(changes);
  running.push(made);
  return made;
};

afterEach(async () => {
  await Promise.all(running.map(({ close }) => close()));
  running = [];
});

const levels = [4, 5] as const;
const options = (protocolVersion: 4 | 5, more: IClientOptions = {}): IClientOptions => ({
  protocolVersion,
  ...more,
});

it('a broker that was closed does not start again', async () => {
  const faults = createFaults({ seed: 1, clock: scaledClock() });
  const { broker } = await start({ faults });
  await broker.close();
  await faults.set('mqtt.restart');
  expect(faults.injected()).toEqual({ 'mqtt.restart': 0 });
});

describe('a broker whose port is taken while it restarts', () => {
  /** Restarts a broker while another server takes its port; resolves once that one has it. */
  const stolen = async (changes: Parameters<typeof start>[0] = {}) => {
    const faults = createFaults({ seed: 1, clock: scaledClock() });
    const made = await start({ ...changes, faults });
    const thief = createServer();
    const restarted = faults.set('mqtt.restart');
    await new Promise<void>((resolve) => process.nextTick(resolve)); // It listens no more, and has not begun to again.
    await once(thief.listen(made.broker.port, '127.0.0.1'), 'listening');
    const giveBack = () => once(thief.close(), 'close');
    return { ...made, faults, restarted, giveBack };
  };

  it('waits for it', async () => {
    const asked = deferred<() => void>();
    const after = (ms: number, action: () => void) => {
      if (ms === 100) asked.resolve(action);
      return () => undefined;
    };
    const { client, restarted, giveBack, lines } = await stolen({ clock: { now: () => 0, after } });
    const goOn = await asked.promise;
    await giveBack();
    goOn();
    await restarted;
    await (await client()).publishAsync('a', 'x', { qos: 1 });
    expect(lines).toEqual([]);
  });

  it('says so when it stays taken, and is back after another restart', async () => {
    const clock: Clock = {
      now: () => Date.now(),
      after: (_ms, action) => {
        const timer = setImmediate(action);
        return () => clearImmediate(timer);
      },
    };
    const { client, faults, restarted, giveBack, lines } = await stolen({ clock });
    await restarted;
    expect(lines).toEqual([expect.stringContaining('The MQTT broker is not back from its restart')]);
    await giveBack();
    await faults.set('mqtt.restart');
    await (await client()).publishAsync('a', 'x', { qos: 1 });
    expect(lines).toHaveLength(1);
  });
});

describe.each(levels)('the broker, to a client of protocol level %i,', (level) => {
  it('hands over a message with topic, exact payload, client id and time, and delivers it', async () => {
    const { client, published } = await start({ clock: { now: () => 42, after: () => () => undefined } });
    const subscriber = await client(options(level));
    const publisher = await client(options(level, { clientId: 'device-7' }));
    await subscriber.subscribeAsync('a/+', { qos: 1 });
    const message = next(subscriber);
    const payload = Buffer.from([0, 255, 10]);
    await publisher.publishAsync('a/b', payload, { qos: 1 });
    expect(published).toEqual([
      { topic: 'a/b', payload, clientId: 'device-7', timestamp: 42, rule: undefined },
    ]);
    expect((await message).topic).toBe('a/b');
  });

  it('shows a message to the witness when it has been handed over, before the PUBACK', async () => {
    const order: unknown[] = [];
    const { client } = await start({
      onPublish: async ({ topic }) => {
        await new Promise(setImmediate);
        order.push(`handed over ${topic}`);
      },
      witness: (sighting: Sighting) => void order.push(sighting),
    });
    const publisher = await client(options(level, { clientId: 'device-7' }));
    await publisher.publishAsync('a/b', 'x', { qos: 1 });
    order.push('acknowledged');
    const sighting = { hop: 'published', clientId: 'device-7', topic: 'a/b', payload: Buffer.from('x') };
    expect(order).toEqual(['handed over a/b', expect.objectContaining(sighting), 'acknowledged']);
  });

  it('on purpose cuts the connection instead of acknowledging, and gets the message again', async () => {
    const faults = createFaults({ seed: 1, clock: scaledClock() });
    const { client, published, lines } = await start({ faults });
    await faults.set('mqtt.lost-puback', { times: 1 });
    const publisher = await client(options(level, { clientId: 'device-7', reconnectPeriod: 1 }));
    await publisher.publishAsync('a/0', 'of QoS 0');
    await publisher.publishAsync('a/1', 'of QoS 1', { qos: 1 });
    expect(published.map(({ topic }) => topic)).toEqual(['a/0', 'a/1', 'a/1']);
    expect(faults.injected()).toEqual({ 'mqtt.lost-puback': 1 });
    expect(lines).toEqual([]);
  });

  it('on purpose ends all connections without a word, and is back on the same port', async () => {
    const faults = createFaults({ seed: 1, clock: scaledClock() });
    const { client, published, presence, lines } = await start({ faults });
    const [one, two] = [
      await client(options(level, { clientId: 'one', reconnectPeriod: 1, clean: false })),
      await client(options(level, { clientId: 'two', reconnectPeriod: 0 })),
    ];
    const packets: string[] = [];
    for (const each of [one, two]) each.on('packetreceive', ({ cmd }) => void packets.push(cmd));
    const gone = [closed(one), closed(two)];
    const back = new Promise<{ sessionPresent: boolean }>((resolve) => void one.once('connect', resolve));
    await faults.set('mqtt.restart');
    await Promise.all(gone);
    expect(await back).toMatchObject({ sessionPresent: false });
    await one.publishAsync('a/b', 'x', { qos: 1 });
    expect(packets).toEqual(['connack', 'puback']);
    expect(published).toHaveLength(1);
    const events = presence.map(({ payload }) => JSON.parse(payload.toString()) as { clientId: string });
    expect(events.filter(({ clientId }) => clientId === 'one')).toMatchObject([
      { eventType: 'connected', versionNumber: 0 },
      { eventType: 'connected', versionNumber: 1 },
    ]);
    expect(faults.injected()).toEqual({ 'mqtt.restart': 1 });
    expect(lines).toEqual([]);
  });

  it('meters what is published and delivered, but no Basic Ingest', async () => {
    const meter = createMeter();
    const { client } = await start({ meter });
    const publisher = await client(options(level));
    const subscriber = await client(options(level));
    await subscriber.subscribeAsync('a/+');
    const message = next(subscriber);
    await publisher.publishAsync('$aws/rules/R/a/b', 'x', { qos: 1 });
    await publisher.publishAsync('a/b', 'x'.repeat(5118), { qos: 1 });
    await message;
    expect(meter.read()['iot.messages']).toEqual({ published: 2, delivered: 2, connected: 2 });
  });

  it('sends the PUBACK only when the message has been handed over', async () => {
    const order: string[] = [];
    const gate = deferred<undefined>();
    const arrived = deferred<undefined>();
    const { client } = await start({
      onPublish: async () => {
        arrived.resolve(undefined);
        await gate.promise;
        order.push('handed over');
      },
    });
    const publisher = await client(options(level));
    const acknowledged = publisher.publishAsync('a', 'x', { qos: 1 }).then(() => order.push('acknowledged'));
    await arrived.promise;
    // A round trip: a PUBACK sent too early would have come by now.
    await publisher.subscribeAsync('round/trip');
    order.push('released');
    gate.resolve(undefined);
    await acknowledged;
    expect(order).toEqual(['released', 'handed over', 'acknowledged']);
  });

  it('closes the connection without a PUBACK when handing over fails', async () => {
    const { client, lines } = await start({ onPublish: () => Promise.reject(new Error('disk full')) });
    const publisher = await client(options(level));
    let acknowledged = false;
    publisher.publish('a', 'x', { qos: 1 }, (error) => (acknowledged = error === undefined));
    await closed(publisher);
    expect(acknowledged).toBe(false);
    expect(lines[0]).toContain('disk full');
  });

  it('takes a payload of 128 KB', async () => {
    const { client, published } = await start();
    await (await client(options(level))).publishAsync('a', Buffer.alloc(maxPayloadBytes), { qos: 1 });
    expect(published[0]?.payload.length).toBe(maxPayloadBytes);
  });

  it.each<[string, string | Buffer, Buffer?]>([
    ['a payload of 128 KB and one byte', 'a', Buffer.alloc(maxPayloadBytes + 1)],
    ['a topic of 257 bytes', 'x'.repeat(257)],
    ['a topic of nine levels', '1/2/3/4/5/6/7/8/9'],
    ['a topic with a wildcard', 'a/+'],
    ['a topic with a NUL', 'a\0b'],
    ['a topic with overlong UTF-8', Buffer.from([0x61, 0xc0, 0xaf])],
    ['a topic with a surrogate', Buffer.from([0x61, 0xed, 0xa0, 0x80])],
    ['a topic of AWS', '$aws/things/t/shadow/update'],
    ['a topic of the broker', '$SYS/x'],
  ])('disconnects on %s', async (_what, topic, payload) => {
    const { socket, published } = await start();
    const attacker = await socket();
    await connected(attacker, level);
    const rest = untilClosed(attacker);
    attacker.write(publishPacket(level, topic, payload));
    // MQTT 5 is told why in a DISCONNECT, MQTT 3.1.1 knows none from a server.
    expect((await rest)[0]).toBe(level === 5 ? 0xe0 : undefined);
    expect(published).toEqual([]);
  });

  it('disconnects on QoS 2', async () => {
    const { client, published } = await start();
    const publisher = await client(options(level));
    publisher.publish('a', 'x', { qos: 2 });
    await closed(publisher);
    expect(published).toEqual([]);
  });

  it('disconnects on a SUBSCRIBE with nine topic filters, takes eight', async () => {
    const { client } = await start();
    const filters = '12345678'.split('').map((name) => `f/${name}`);
    const subscriber = await client(options(level));
    await subscriber.subscribeAsync(filters);
    subscriber.subscribe([...filters, 'f/9']);
    await closed(subscriber);
  });

  it('refuses the 51st subscription of a connection, and frees a place with an UNSUBSCRIBE', async () => {
    const { client } = await start();
    const subscriber = await client(options(level));
    for (let i = 0; i < 50; i++) await subscriber.subscribeAsync(`f/${i}`);
    await expect(subscriber.subscribeAsync('f/50')).rejects.toThrow();
    await subscriber.unsubscribeAsync('f/0');
    await subscriber.subscribeAsync('f/50');
  });

  it.each(['a#', 'a+b', 'x\ny', 'a*', 'é'.repeat(65)])('refuses the client id %j', async (clientId) => {
    const { client } = await start();
    // CONNACK "identifier rejected" in MQTT 3.1.1, "Client Identifier not valid" in MQTT 5.
    await expect(client(options(level, { clientId }))).rejects.toMatchObject({
      code: level === 5 ? 0x85 : 2,
    });
  });

  it('disconnects the older of two connections with one client id', async () => {
    const { client } = await start();
    const older = await client(options(level, { clientId: 'same' }));
    const replaced = closed(older);
    const newer = await client(options(level, { clientId: 'same' }));
    await replaced;
    await newer.publishAsync('a', 'x', { qos: 1 });
  });

  it('delivers to a/# what is published to a/b, not what is published to a', async () => {
    const { client } = await start();
    const subscriber = await client(options(level));
    await subscriber.subscribeAsync('a/#', { qos: 1 });
    const message = next(subscriber);
    await subscriber.publishAsync('a', '1', { qos: 1 });
    await subscriber.publishAsync('a/b', '2', { qos: 1 });
    expect((await message).text).toBe('2');
  });

  it('keeps a retained message for exact filters, not for wildcards, until an empty one comes', async () => {
    const { client } = await start();
    const publisher = await client(options(level));
    await publisher.publishAsync('r/1', 'kept', { qos: 1, retain: true });
    const subscriber = await client(options(level));
    const first = next(subscriber);
    await subscriber.subscribeAsync('r/+');
    await publisher.publishAsync('r/2', 'live', { qos: 1 });
    expect((await first).text).toBe('live');
    const second = next(subscriber);
    await subscriber.subscribeAsync('r/1');
    expect(await second).toEqual({ topic: 'r/1', text: 'kept', retain: true });
    await publisher.publishAsync('r/1', '', { qos: 1, retain: true });
    const late = await client(options(level));
    const third = next(late);
    await late.subscribeAsync('r/1');
    await publisher.publishAsync('r/1', 'after', { qos: 1 });
    expect((await third).text).toBe('after');
  });

  it('hands over Basic Ingest under the rule it names and delivers it to nobody', async () => {
    const { client, published } = await start();
    const subscriber = await client(options(level));
    await expect(subscriber.subscribeAsync('$aws/rules/R1/#')).rejects.toThrow();
    await subscriber.subscribeAsync(['#', 'a/b']);
    const message = next(subscriber);
    await subscriber.publishAsync('$aws/rules/R1/a/b', 'x', { qos: 1 });
    await subscriber.publishAsync('after', 'y', { qos: 1 });
    expect(published[0]).toMatchObject({ rule: 'R1', topic: 'a/b' });
    expect((await message).topic).toBe('after');
  });

  it('hands over a will, but not one to a topic that is not allowed', async () => {
    const gone = deferred<string>();
    const { client } = await start({ onPublish: async ({ topic }) => gone.resolve(topic) });
    const will = (topic: string) => ({ topic, payload: Buffer.from('bye'), qos: 1 as const, retain: false });
    for (const topic of ['$SYS/x', 'a/+', 'a/will']) {
      const client_ = await client(options(level, { will: will(topic) }));
      client_.stream.destroy();
      await closed(client_);
    }
    expect(await gone.promise).toBe('a/will');
  });

  it('publishes when a client comes and how it goes, to rules and subscribers', async () => {
    const { client, presence } = await start();
    const observer = await client(options(level, { clientId: 'observer' }));
    await observer.subscribeAsync('$aws/events/presence/+/device');
    const event = async (): Promise<unknown> => JSON.parse((await next(observer)).text);
    const came = event();
    const device = await client(options(level, { clientId: 'device' }));
    expect(await came).toMatchObject({ clientId: 'device', eventType: 'connected', versionNumber: 0 });
    const left = event();
    device.end();
    expect(await left).toMatchObject({ clientInitiatedDisconnect: true, versionNumber: 0 });
    const back = event();
    const again = await client(options(level, { clientId: 'device' }));
    expect(await back).toMatchObject({ eventType: 'connected', versionNumber: 1 });
    const lost = event();
    again.stream.destroy();
    expect(await lost).toMatchObject({ eventType: 'disconnected', disconnectReason: 'CONNECTION_LOST' });
    expect(presence.map(({ topic }) => topic.split('/').slice(3).join(' '))).toEqual([
      'connected observer',
      'connected device',
      'disconnected device',
      'connected device',
      'disconnected device',
    ]);
  });

  it('tells of a client whose id is taken over that it goes before the other comes', async () => {
    const { client, presence } = await start();
    await client(options(level, { clientId: 'device' }));
    const second = await client(options(level, { clientId: 'device' }));
    await second.publishAsync('fence', 'x', { qos: 1 });
    const events = presence.map(({ payload }) => JSON.parse(payload.toString()) as Record<string, unknown>);
    expect(events.map((event) => [event['eventType'], event['versionNumber']])).toEqual([
      ['connected', 0],
      ['disconnected', 0],
      ['connected', 1],
    ]);
    expect(events[1]).toMatchObject({
      disconnectReason: 'DUPLICATE_CLIENTID',
      clientInitiatedDisconnect: false,
      sessionIdentifier: events[0]?.['sessionIdentifier'],
    });
    expect(events[2]?.['sessionIdentifier']).not.toBe(events[0]?.['sessionIdentifier']);
  });

  it('tells of a client that sends what AWS does not take, or nothing for too long, why it goes', async () => {
    const { client, socket } = await start();
    const observer = await client(options(level, { clientId: 'observer' }));
    await observer.subscribeAsync('$aws/events/presence/disconnected/+');
    const reason = async (): Promise<unknown> => JSON.parse((await next(observer)).text);
    const wrong = reason();
    const faulty = await client(options(level, { clientId: 'faulty' }));
    faulty.publish('$SYS/not/allowed', 'x');
    expect(await wrong).toMatchObject({ clientId: 'faulty', disconnectReason: 'CLIENT_ERROR' });
    const late = reason();
    (await socket()).write(connectPacket(level, 'silent', 1));
    expect(await late).toMatchObject({ clientId: 'silent', disconnectReason: 'MQTT_KEEP_ALIVE_TIMEOUT' });
  });

  it('discards what exceeds 100 publishes in a second, without a PUBACK, and says so', async () => {
    let now = 0;
    const clock = { now: () => now, after: () => () => undefined };
    const { client, published, lines } = await start({ clock });
    const publisher = await client(options(level));
    await Promise.all(
      Array.from({ length: maxPublishesPerSecond }, (_, i) =>
        publisher.publishAsync('a', `${i}`, { qos: 1 }),
      ),
    );
    let acknowledged = false;
    publisher.publish('a', 'over', { qos: 1 }, () => (acknowledged = true));
    publisher.publish('a', 'over', { qos: 0 });
    await publisher.subscribeAsync('round/trip');
    now = 1000;
    await publisher.publishAsync('a', 'next second', { qos: 1 });
    expect(acknowledged).toBe(false);
    expect(published).toHaveLength(maxPublishesPerSecond + 1);
    expect(published.at(-1)?.payload.toString()).toBe('next second');
    expect(lines).toEqual([expect.stringContaining('100 messages in a second')]);
  });
});

describe('the broker', () => {
  it('resolves topic aliases of MQTT 5 and refuses an unknown one', async () => {
    const { client, published } = await start();
    const publisher = await client({ protocolVersion: 5 });
    await publisher.publishAsync('a/b', '1', { qos: 1, properties: { topicAlias: 1 } });
    await publisher.publishAsync('', '2', { qos: 1, properties: { topicAlias: 1 } });
    expect(published.map(({ topic }) => topic)).toEqual(['a/b', 'a/b']);
    const { socket } = running[0] ?? (await start());
    const attacker = await socket();
    await connected(attacker, 5);
    const rest = untilClosed(attacker);
    attacker.write(packet(0x30, field(''), Buffer.from([3, 0x23, 0, 7]), Buffer.from('x')));
    await rest;
    expect(published).toHaveLength(2);
  });

  it('says nothing to a SUBSCRIBE with QoS 2', async () => {
    const { socket, lines } = await start();
    const subscriber = await socket();
    await connected(subscriber, 4);
    subscriber.write(packet(0x82, Buffer.from([0, 1]), field('a'), Buffer.from([2])));
    subscriber.write(packet(0x82, Buffer.from([0, 2]), field('a'), Buffer.from([1])));
    const [suback] = (await once(subscriber, 'data')) as [Buffer];
    expect([...suback]).toEqual([0x90, 3, 0, 2, 1]);
    expect(lines).toEqual([expect.stringContaining('SUBACK')]);
  });

  it.each<[string, Buffer]>([
    [
      'declares more than a packet may hold',
      Buffer.concat([Buffer.from([0x30]), variableInteger(maxPacketBytes)]),
    ],
    ['declares 256 MB', Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f])],
    ['has five length bytes', Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01])],
  ])('cuts a connection whose packet %s, before its body comes', async (_what, bytes) => {
    const { socket, lines } = await start();
    const attacker = await socket();
    await connected(attacker, 4);
    attacker.write(bytes);
    await untilClosed(attacker);
    expect(lines).toEqual([expect.stringMatching(/more than|malformed/)]);
  });

  it('takes packets byte by byte and many in one segment', async () => {
    const { socket, published } = await start();
    const slow = await socket();
    slow.setNoDelay(true);
    for (const byte of Buffer.concat([connectPacket(4), publishPacket(4, 'a/b')]))
      slow.write(Buffer.from([byte]));
    await once(slow, 'data');
    slow.write(Buffer.concat([publishPacket(4, 'c'), publishPacket(4, 'd'), Buffer.from([0xc0, 0])]));
    await once(slow, 'data');
    expect(published.map(({ topic }) => topic)).toEqual(['a/b', 'c', 'd']);
  });

  it.each<[string, Buffer]>([
    ['a PUBLISH before CONNECT', publishPacket(4, 'a')],
    ['two CONNECTs', Buffer.concat([connectPacket(4), connectPacket(4)])],
    ['a CONNECT of an unknown level', packet(0x10, field('MQTT'), Buffer.from([9, 2, 0, 0]), field('x'))],
    ['a client id that is not UTF-8', connectPacket(4, Buffer.from([0xc0, 0xaf]))],
    [
      'a topic longer than its packet',
      Buffer.concat([connectPacket(4), Buffer.from([0x30, 3, 0, 99, 0x61])]),
    ],
    ['a reserved packet type', Buffer.concat([connectPacket(4), Buffer.from([0, 0])])],
    ['QoS 3', Buffer.concat([connectPacket(4), packet(0x36, field('a'), Buffer.from([0, 1]))])],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ])('cuts a connection that sends %s', async (_what, bytes) => {
    const { socket, published } = await start();
    const attacker = await socket();
    attacker.write(bytes);
    await untilClosed(attacker);
    expect(published).toEqual([]);
  });

  it('survives any bytes, and serves others all the while', async () => {
    const { client, socket } = await start();
    const good = await client();
    const garbage = fc.uint8Array({ minLength: 1, maxLength: 60 });
    const afterConnect = garbage.map((bytes) => Buffer.concat([connectPacket(5), bytes]));
    await fc.assert(
      fc.asyncProperty(fc.oneof(garbage, afterConnect), async (bytes) => {
        const attacker = await socket();
        attacker.end(bytes);
        await untilClosed(attacker);
      }),
      { numRuns: 300 },
    );
    await good.publishAsync('a', 'x', { qos: 1 });
  });

  it('closes while clients are connected, silent or in the middle of a packet', async () => {
    const { client, socket, broker } = await start();
    const clients = [await client(), await client({ protocolVersion: 5 })];
    const sockets = [await socket(), await socket()];
    sockets[1]?.write(connectPacket(4).subarray(0, 5));
    const all = Promise.all([...clients.map(closed), ...sockets.map(untilClosed)]);
    await broker.close();
    await all;
  });

  it('names the port that is taken', async () => {
    const { broker } = await start();
    await expect(start({ port: broker.port })).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(String(broker.port)) as string,
    });
  });
});
