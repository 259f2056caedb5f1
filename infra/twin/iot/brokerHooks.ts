import { Buffer } from 'node:buffer';
import type { AedesOptions, Client, PublishPacket } from 'aedes';
import type { Clock } from '../clock.ts';
import type { Report } from '../report.ts';
import { basicIngest } from './basicIngest.ts';
import { isValidClientId } from './clientId.ts';
import { isReserved } from './packetRules.ts';
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
  /** Gets a line for everything that is refused or thrown away. */
  report: Report;
};

export type BrokerHooks = Required<
  Pick<AedesOptions, 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
> & { unsubscribed: (filters: readonly string[], client: Client) => void };

/** CONNACK return code "identifier rejected" (MQTT 3.1.1 section 3.2.2.3); the broker translates it for MQTT 5. */
const identifierRejected = 2;

/** What the broker asks before it lets a client in, takes a message, takes a subscription or delivers a message. */
export const createHooks = ({ clock, onPublish, report }: HookOptions): BrokerHooks => {
  const connections = new WeakMap<Client, Subscriptions>();
  const subscriptionsOf = (client: Client): Subscriptions => {
    const known = connections.get(client) ?? createSubscriptions();
    connections.set(client, known);
    return known;
  };
  const handOver = (client: Client | null, packet: PublishPacket): Promise<void> =>
    onPublish(messageOf(client, packet, clock.now()));

  return {
    authenticate: (client, _username, _password, done) => {
      if (isValidClientId(client.id)) {
        done(null, true);
        return;
      }
      const error = new Error(`client id ${JSON.stringify(client.id)} is not allowed`);
      done(Object.assign(error, { returnCode: identifierRejected } as const), null);
    },
    // Runs before the PUBACK, unlike the 'publish' event: what is acknowledged has been handed over.
    authorizePublish: (client, packet, done) => {
      // Packets were judged before they came here; a will was not.
      if (!isValidTopic(packet.topic) || isReserved(packet.topic)) {
        done(new Error(`a client may not publish to ${JSON.stringify(packet.topic)}`));
        return;
      }
      handOver(client, packet).then(
        () => done(null),
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
      const reason = refusal(subscription.topic, subscriptionsOf(client));
      if (reason !== undefined) report(`MQTT client ${client.id}: ${reason}.`);
      done(null, reason === undefined ? subscription : null);
    },
    authorizeForward: (client, packet) => {
      // Only a retained message sent on subscribing has no broker id.
      const replayed = packet.retain && !packet.brokerId;
      return subscriptionsOf(client).covers(packet.topic, replayed) ? packet : null;
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
