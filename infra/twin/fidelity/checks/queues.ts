import { randomUUID } from 'node:crypto';
import {
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import type { Check, Observation } from '../check.ts';
import { until } from '../until.ts';
import type { World } from '../world.ts';
import { outcomeOf } from './outcome.ts';

const check = (
  name: string,
  source: string,
  expected: Observation,
  observe: (world: World) => Promise<Observation>,
): Check => ({ name: `queue: ${name}`, source, observe, expected });

const receive = async ({ sqs, queues: urls }: World, queue: keyof World['queues']): Promise<Message[]> => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: urls[queue],
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  );
  return Messages;
};

/** The message of this body, once the queue gives it. */
const received = (world: World, queue: keyof World['queues'], body: string): Promise<Message> =>
  until(world, async () => (await receive(world, queue)).find(({ Body }) => Body === body));

const send = async (world: World, DelaySeconds = 0): Promise<string> => {
  const MessageBody = randomUUID();
  await world.sqs.send(new SendMessageCommand({ QueueUrl: world.queues.box, MessageBody, DelaySeconds }));
  return MessageBody;
};

export const queues: readonly Check[] = [
  check(
    'a message that is not deleted comes again, with a count',
    'SQS guide, "Visibility timeout"',
    ['1', '2'],
    async (world) => {
      const body = await send(world);
      const first = await received(world, 'box', body);
      const second = await received(world, 'box', body);
      return [first, second].map(({ Attributes }) => Attributes?.ApproximateReceiveCount ?? null);
    },
  ),
  check(
    'after maxReceiveCount it is a dead letter',
    'SQS guide, "Dead-letter queues"',
    true,
    async (world) => {
      const body = await send(world);
      const dead = await until(world, async () => {
        await receive(world, 'box'); // Receiving is what moves it.
        return (await receive(world, 'dead')).find(({ Body }) => Body === body);
      });
      return dead.Body === body;
    },
  ),
  check(
    'a delayed message comes later than one sent after it',
    'SQS guide, "Message timers"',
    true,
    async (world) => {
      const late = await send(world, 2);
      const soon = await send(world);
      const came: string[] = [];
      await until(world, async () => {
        const bodies = (await receive(world, 'box')).map(({ Body = '' }) => Body);
        came.push(...bodies.filter((body) => body === late || body === soon));
        return came.includes(late) || undefined;
      });
      return came[0] === soon;
    },
  ),
  check(
    'a batch with one id twice is refused',
    'SQS API reference, SendMessageBatch',
    [400, 'BatchEntryIdsNotDistinct'],
    ({ sqs, queues: { box } }) => {
      const Entries = ['a', 'a'].map((Id) => ({ Id, MessageBody: Id }));
      return outcomeOf(sqs.send(new SendMessageBatchCommand({ QueueUrl: box, Entries })));
    },
  ),
  check(
    'a delay over 900 s is refused',
    'SQS API reference, SendMessage',
    [400, 'InvalidParameterValue'],
    ({ sqs, queues: { box } }) =>
      outcomeOf(sqs.send(new SendMessageCommand({ QueueUrl: box, MessageBody: 'x', DelaySeconds: 901 }))),
  ),
  check(
    'a queue that is not there',
    'SQS API reference, Common errors',
    [400, 'QueueDoesNotExist'],
    ({ sqs, queues: { box } }) =>
      outcomeOf(sqs.send(new SendMessageCommand({ QueueUrl: `${box}-none`, MessageBody: 'x' }))),
  ),
];
