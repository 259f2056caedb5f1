import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { objectOf, stringOf } from '../json.ts';
import { operations } from './operations.ts';
import type { Queue } from './queue.ts';
import { queueNameOf, queueUrl } from './queueUrl.ts';
import { requiredText, type Input } from './request.ts';
import { queueDoesNotExist, SqsError } from './sqsError.ts';

export type Endpoint = { queues: ReadonlyMap<string, Queue>; account: string; endpoint: string };

/** Larger than any request that SQS takes: one batch of base64 attributes at most, and its JSON around it. */
const maxRequestBytes = 8 * 1024 * 1024;

/** Answers one request of the AWS JSON 1.0 protocol (`X-Amz-Target: AmazonSQS.<operation>`). Never rejects. */
export const answer = async (
  served: Endpoint,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    const input = inputOf(await bodyOf(request));
    reply(response, 200, await perform(served, request, input, gone.signal));
  } catch (error) {
    if (!response.destroyed) replyError(response, error);
  }
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxRequestBytes) throw new SqsError('RequestEntityTooLarge', 'The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const inputOf = (body: string): Input => {
  try {
    return objectOf(body === '' ? {} : JSON.parse(body));
  } catch {
    throw new SqsError('SerializationException', 'The request is not JSON.');
  }
};

const perform = async (
  { queues, account, endpoint }: Endpoint,
  { headers }: IncomingMessage,
  input: Input,
  signal: AbortSignal,
): Promise<unknown> => {
  const [, name] = /^AmazonSQS\.(\w+)$/.exec(String(headers['x-amz-target'])) ?? [];
  const urlOf = (queue: string) => queueUrl({ endpoint, account, name: queue });
  if (name === 'ListQueues') return list([...queues.keys()], input, urlOf);
  if (name === 'GetQueueUrl')
    return { QueueUrl: urlOf(existing(queues, requiredText(input, 'QueueName')).settings.name) };
  const operation = operations.get(name ?? '');
  if (operation === undefined) {
    throw new SqsError(
      'UnknownOperationException',
      `The twin has no SQS operation ${name ?? '(none given)'}.`,
    );
  }
  const queue = existing(queues, queueNameOf(requiredText(input, 'QueueUrl')));
  return operation({ queue, input, senderId: senderOf(headers.authorization), signal });
};

const list = (names: readonly string[], input: Input, urlOf: (name: string) => string): object => {
  const prefix = stringOf(input['QueueNamePrefix']) ?? '';
  const urls = names.filter((name) => name.startsWith(prefix)).map(urlOf);
  return urls.length === 0 ? {} : { QueueUrls: urls };
};

const existing = (queues: ReadonlyMap<string, Queue>, name: string): Queue => {
  const queue = queues.get(name);
  if (queue === undefined) throw queueDoesNotExist();
  return queue;
};

/** The access key id that signed the request. Nobody checks the signature here. */
const senderOf = (authorization: string | undefined): string =>
  /Credential=([^/,\s]+)/.exec(authorization ?? '')?.[1] ?? 'anonymous';

const replyError = (response: ServerResponse, error: unknown): void => {
  if (error instanceof SqsError) {
    response.setHeader('x-amzn-query-error', `${error.code};Sender`);
    reply(response, 400, { __type: `com.amazonaws.sqs#${error.shape}`, message: error.message });
    return;
  }
  response.setHeader('x-amzn-query-error', 'InternalFailure;Receiver');
  reply(response, 500, { __type: 'com.amazonaws.sqs#InternalFailure', message: String(error) });
};

const reply = (response: ServerResponse, status: number, body: unknown): void => {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(text);
};
