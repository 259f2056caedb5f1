import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from '../faults/faults.ts';
import { objectOf, stringOf } from '../json.ts';
import { stepsOf, type Meter } from '../meter.ts';
import { accessKeyIdIn } from '../iam/accessKeyId.ts';
import { requestStep } from './message.ts';
import { operations } from './operations.ts';
import type { Queue } from './queue.ts';
import { queueNameOf, queueUrl } from './queueUrl.ts';
import { requiredText, type Input } from './request.ts';
import { queueDoesNotExist, SqsError } from './sqsError.ts';

export type Endpoint = {
  queues: ReadonlyMap<string, Queue>;
  account: string;
  endpoint: string;
  faults: Pick<Faults, 'hit'>;
  meter: Pick<Meter, 'add'>;
  /** Why the holder of a key may not do this, e.g. `SendMessage`, with the queue of this name; undefined: it may. */
  refusal: (accessKeyId: string, operation: string, queueName: string) => string | undefined;
};

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
    const body = await bodyOf(request);
    const input = inputOf(body);
    const name = nameIn(input);
    refuse(served, request, name);
    if (served.faults.hit('sqs.error', name) !== undefined) throw new InternalError();
    const result = JSON.stringify(await perform(served, request, input, gone.signal));
    reply(response, 200, result);
    const bytes = Math.max(Buffer.byteLength(body), Buffer.byteLength(result));
    served.meter.add('sqs.requests', name, stepsOf(bytes, requestStep));
  } catch (error) {
    if (!response.destroyed) replyError(response, error);
  }
};

/** The operation that a request names after `AmazonSQS.`; `''` if none. */
const operationIn = ({ headers }: IncomingMessage): string =>
  /^AmazonSQS\.(\w+)$/.exec(String(headers['x-amz-target']))?.[1] ?? '';

const refuse = ({ refusal }: Endpoint, request: IncomingMessage, queueName: string): void => {
  const why = refusal(accessKeyIdIn(request.headers), operationIn(request), queueName);
  if (why !== undefined) throw new AccessDenied(why);
};

/** The queue that a request is about, `''` for ListQueues. */
const nameIn = (input: Input): string =>
  queueNameOf(stringOf(input['QueueUrl']) ?? stringOf(input['QueueName']) ?? '');

/** What AWS answers when the fault is its own (SQS API reference, "Common Errors"). */
class InternalError extends Error {
  override readonly message = 'The request failed on purpose.';
}

/** A policy forbids it. Captured: it has another status and prefix than SQS's own errors, and `Message` with a capital. */
class AccessDenied extends Error {}

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
  request: IncomingMessage,
  input: Input,
  signal: AbortSignal,
): Promise<unknown> => {
  const name = operationIn(request);
  const urlOf = (queue: string) => queueUrl({ endpoint, account, name: queue });
  if (name === 'ListQueues') return list([...queues.keys()], input, urlOf);
  if (name === 'GetQueueUrl')
    return { QueueUrl: urlOf(existing(queues, requiredText(input, 'QueueName')).settings.name) };
  const operation = operations.get(name);
  if (operation === undefined) {
    throw new SqsError(
      'UnknownOperationException',
      `The twin has no SQS operation ${name === '' ? '(none given)' : name}.`,
    );
  }
  const queue = existing(queues, queueNameOf(requiredText(input, 'QueueUrl')));
  return operation({ queue, input, senderId: senderOf(request), signal });
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

const senderOf = ({ headers }: IncomingMessage): string => accessKeyIdIn(headers) || 'anonymous';

const replyError = (response: ServerResponse, error: unknown): void => {
  const failed = (status: number, shape: string, code: string, message: string): void => {
    response.setHeader('x-amzn-query-error', code);
    reply(response, status, JSON.stringify({ __type: `com.amazonaws.sqs#${shape}`, message }));
  };
  if (error instanceof AccessDenied) {
    const __type = 'com.amazon.coral.service#AccessDeniedException';
    response.setHeader('x-amzn-query-error', 'AccessDenied;Sender');
    reply(response, 403, JSON.stringify({ __type, Message: error.message }));
  } else if (error instanceof SqsError) failed(400, error.shape, `${error.code};Sender`, error.message);
  else if (error instanceof InternalError)
    failed(500, 'InternalError', 'InternalError;Receiver', error.message);
  else failed(500, 'InternalFailure', 'InternalFailure;Receiver', String(error));
};

const reply = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(text);
};
