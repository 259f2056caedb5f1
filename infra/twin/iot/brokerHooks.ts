import { Buffer } from 'node:buffer';
import type { AedesOptions, Client, PublishPacket } from 'aedes';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults/faults.ts';
import type { Report } from '../report.ts';
import type { Witness } from '../witness.ts';
import { basicIngest } from './basicIngest.ts';
import { isValidClientId } from './clientId.ts';
import type { MessageMeter } from './iotMeter.ts';
import { isReserved } from './packetRules.ts';
import type { IotAction } from '../iotPolicy/policy.ts';
import type { PublishedMessage } from './publishedMessage.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';
import { isValidTopic } from './topicFilter.ts';

export type HookOptions = {
  clock: Clock;
  /**
   * Called and awaited for each message before its PUBACK, so that an acknowledged message has been handed over. When
   * it rejects there is no PUBACK and the connection is closed; a client of QoS 1 then sends the message again.
   */
  onPublish: (message: PublishedMessage) => Promise<void>;
  faults: Pick<Faults, 'hit'>;
  witness: Witness;
  meter: MessageMeter;
  /** Why a client may not do something to a client id, topic or topic filter; undefined when it may. */
  refusal: (client: Client, action: IotAction, name: string) => string | undefined;
  /** Gets a line for everything that is refused or thrown away. */
  report: Report;
};

export type BrokerHooks = Required<
  Pick<AedesOptions, 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
> & { unsubscribed: (filters: readonly string[], client: Client) => void };

/** CONNACK return code "identifier rejected" (MQTT 3.1.1 section 3.2.2.3); the broker translates it for MQTT 5. */
const identifierRejected = 2;

/** CONNACK return code "not authorized"; AWS answers 7 to clients of MQTT 3.1.1, which the broker cannot. */
const connectRefused = 5;

/** Reason code of a DISCONNECT (MQTT 5 section 3.14.2.1). */
export const notAuthorized = 0x87;

/** What the broker asks before it lets a client in, takes a message, takes a subscription or delivers a message. */
export const createHooks = (options: HookOptions): BrokerHooks => {
  const { clock, onPublish, faults, witness, meter, refusal: denial, report } = options;
  const connections = new WeakMap<Client, Subscriptions>();
  const subscriptionsOf = (client: Client): Subscriptions => {
    const known = connections.get(client) ?? createSubscriptions();
    connections.set(client, known);
    return known;
  };
  /** False: on purpose the client is not to hear of it. */
  const handOver = async (client: Client | null, packet: PublishPacket): Promise<boolean> => {
    const message = messageOf(client, packet, clock.now());
    if (message.rule === undefined) meter.published(message); // Basic Ingest costs no messaging.
    await onPublish(message);
    const { clientId, topic, payload } = message;
    witness({ hop: 'published', at: clock.now(), clientId, topic, payload });
    const isAcknowledged = packet.qos > 0 && client !== null; // A will is not.
    return !isAcknowledged || faults.hit('mqtt.lost-puback', clientId) === undefined;
  };

  const publishDenial = (client: Client, { topic, retain }: PublishPacket): string | undefined =>
    denial(client, 'iot:Publish', topic) ?? (retain ? denial(client, 'iot:RetainPublish', topic) : undefined);

  return {
    authenticate: (client, _username, _password, done) => {
      if (!isValidClientId(client.id)) {
        const error = new Error(`client id ${JSON.stringify(client.id)} is not allowed`);
        done(Object.assign(error, { returnCode: identifierRejected } as const), null);
        return;
      }
      const denied = denial(client, 'iot:Connect', client.id);
      if (denied === undefined) done(null, true);
      else done(Object.assign(new Error(denied), { returnCode: connectRefused } as const), null);
    },
    // Runs before the PUBACK, unlike the 'publish' event: what is acknowledged has been handed over.
    authorizePublish: (client, packet, done) => {
      // Packets were judged before they came here; a will was not.
      if (!isValidTopic(packet.topic) || isReserved(packet.topic)) {
        done(new Error(`a client may not publish to ${JSON.stringify(packet.topic)}`));
        return;
      }
      const denied = client === null ? undefined : publishDenial(client, packet);
      if (client !== null && denied !== undefined) {
        // Both say no: the PUBACK of MQTT 5 about the message, then the end of the connection, as on AWS.
        done(new Error(denied));
        client.disconnect({ reasonCode: notAuthorized });
        return;
      }
      handOver(client, packet).then(
        (mayHear) => {
          if (mayHear) done(null);
          // Without an answer the broker's own parser stops, which it may, as its client goes.
          else client?.conn.destroy();
        },
        (cause: unknown) => {
          report(
            `MQTT message to ${packet.topic} was not handed over and not acknowledged: ${String(cause)}.`,
          );
          client?.conn.destroy();
          done(new Error('the message was not handed over', { cause }));
        },
      );
    },
    authorizeSubscribe: (client, subscription, done) => {
      const reason =
        denial(client, 'iot:Subscribe', subscription.topic) ??
        refusal(subscription.topic, subscriptionsOf(client));
      if (reason !== undefined) report(`MQTT client ${client.id}: ${reason}.`);
      done(null, reason === undefined ? subscription : null);
    },
    authorizeForward: (client, packet) => {
      // Only a retained message sent on subscribing has no broker id.
      const replayed = packet.retain && !packet.brokerId;
      if (!subscriptionsOf(client).covers(packet.topic, replayed)) return null;
      const denied = denial(client, 'iot:Receive', packet.topic);
      if (denied !== undefined) {
        report(`MQTT client ${client.id}: ${denied}.`);
        return null;
      }
      meter.delivered(packet);
      return packet;
    },
    unsubscribed: (filters, client) => {
      for (const filter of filters) subscriptionsOf(client).remove(filter);
    },
  };
};

const messageOf = (client: Client | null, packet: PublishPacket, timestamp: number): PublishedMessage => {
  const ingest = basicIngest(packet.topic);
  return {
    topic: ingest?.topic ?? packet.topic,
    payload: Buffer.from(packet.payload),
    clientId: client?.id ?? 'n/a',
    timestamp,
    rule: ingest?.rule,
  };
};

/** Why a subscription is refused; as a side effect it is counted when it is not. */
const refusal = (filter: string, subscriptions: Subscriptions): string | undefined => {
  if (filter.startsWith('$share/')) return `the twin has no shared subscriptions, so ${filter} is refused`;
  if (filter.startsWith('$aws/rules/'))
    return `Basic Ingest topics cannot be subscribed to, so ${filter} is refused`;
  return subscriptions.add(filter) ? undefined : `50 subscriptions are the most, so ${filter} is refused`;
};
