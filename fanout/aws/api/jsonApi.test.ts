import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { forgedEdge, type ForgedEdge } from '../forgedEdge.testing.ts';
import { smithySigner } from '../smithySigner.testing.ts';
import { ApiError } from './apiError.ts';
import { jsonApi, type JsonApi } from './jsonApi.ts';

const region = 'eu-central-1';
const credentials = () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' });
let server: ForgedEdge;
let api: JsonApi;

beforeEach(async () => {
  server = await forgedEdge();
  api = jsonApi({
    ...{ service: 'dynamodb', target: 'DynamoDB_20120810', attempts: 2, pauseMs: 1 },
    ...{ endpoint: server.endpoint, region, credentials },
  });
});
afterEach(() => server.close());

const told = (status: number, type: string) => ({
  status,
  body: JSON.stringify({ __type: type, message: 'no, thank you' }),
});

it('an action is asked for as the SDK would ask, and signed', async () => {
  server.answer = { status: 200, body: '{"Item":{}}' };
  expect(await api('GetItem', { TableName: 'ü' })).toEqual({ Item: {} });
  const [{ method, path, headers, body } = expect.fail('nothing was asked')] = server.received;
  expect({ method, path, body }).toEqual({ method: 'POST', path: '/', body: '{"TableName":"ü"}' });
  const given = headers as Record<string, string>;
  const at = Date.parse(
    (given['x-amz-date'] ?? '').replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'),
  );
  const unsigned = {
    ...{ method, path, body, host: given['host'] ?? '', contentType: 'application/x-amz-json-1.0' },
    target: 'DynamoDB_20120810.GetItem',
  };
  expect(headers).toMatchObject(await smithySigner(region, credentials, 'dynamodb')(unsigned, at));
});

it.each([
  ['com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', 'ResourceNotFoundException'],
  ['com.amazonaws.sqs#QueueDoesNotExist', 'QueueDoesNotExist'],
  ['AccessDeniedException', 'AccessDeniedException'],
])('an error of type %s is one by its name, not tried again', async (type, name) => {
  server.answer = told(400, type);
  const asked = api('GetItem', {});
  await expect(asked).rejects.toBeInstanceOf(ApiError);
  await expect(asked).rejects.toMatchObject({ name, status: 400, message: 'no, thank you' });
  expect(server.received).toHaveLength(1);
});

it('an answer in no language of the service says what was asked and the status', async () => {
  server.answer = { status: 403, body: '<h1>Forbidden</h1>' };
  await expect(api('GetItem', {})).rejects.toMatchObject({
    name: 'Unknown',
    message: 'dynamodb GetItem was answered with 403.',
  });
});

it.each([
  ['an outage', told(500, 'InternalServerError')],
  ['a cut', 'cut after'],
] as const)('%s that passes is not seen', async (_, answer) => {
  server.answer = answer;
  server.before = async () => {
    server.before = async () => undefined;
    server.answer = { status: 200, body: '{}' };
  };
  expect(await api('PutItem', {})).toEqual({});
  expect(server.received).toHaveLength(2);
});

it('an outage that does not pass is thrown by its name', async () => {
  server.answer = told(503, 'ServiceUnavailable');
  await expect(api('PutItem', {})).rejects.toMatchObject({ name: 'ServiceUnavailable', status: 503 });
  expect(server.received).toHaveLength(2);
});

it("the invocation's trace goes along, as Lambda told it last", async () => {
  onTestFinished(() => {
    delete process.env['_X_AMZN_TRACE_ID'];
  });
  server.answer = { status: 200, body: '{}' };
  for (const trace of ['Root=1-a', 'Root=1-b']) {
    process.env['_X_AMZN_TRACE_ID'] = trace;
    await api('GetItem', {});
  }
  expect(server.received.map(({ headers }) => headers['x-amzn-trace-id'])).toEqual(['Root=1-a', 'Root=1-b']);
});
