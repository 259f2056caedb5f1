import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, describe, expect, it } from 'vitest';
import type { ManagementRequest } from './ports.ts';
import { base, connect, route, start, stopAll, type TestApi } from './webSocketApi.testing.ts';

afterEach(stopAll);

const resources = [...base(), ...route('$connect'), ...route('$disconnect')];
const handlers = { connect: () => ({ statusCode: 200 }), disconnect: () => null };
const unknownId = 'L0SM9cOFvHcCIhw=';

const sdk = (api: TestApi) =>
  new ApiGatewayManagementApiClient({
    endpoint: api.managementUrl('live'),
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'fake' },
  });

const open = async (api: TestApi) => {
  const client = await connect(api.url('live'), { headers: { 'User-Agent': 'probe' } });
  const { requestContext } = await api.event('CONNECT');
  return { ...client, id: requestContext.connectionId };
};

const signed = { Authorization: 'AWS4-HMAC-SHA256 Credential=AKID/20240101/r/execute-api/aws4_request' };
const call = (api: TestApi, path: string, init: RequestInit = {}) =>
  fetch(`${api.managementUrl('live')}/@connections/${path}`, { headers: signed, ...init });

describe('@connections through the SDK', () => {
  it('POST sends a text frame', async () => {
    const api = await start(resources, handlers);
    const { id, frame, ws } = await open(api);
    const kind = new Promise((resolve) => ws.on('message', (_data, isBinary) => resolve(isBinary)));
    await sdk(api).send(new PostToConnectionCommand({ ConnectionId: id, Data: 'héllo' }));
    expect(await frame()).toBe('héllo');
    expect(await kind).toBe(false);
  });

  it('GET tells since when and from where', async () => {
    const api = await start(resources, handlers);
    const { id } = await open(api);
    const answer = await sdk(api).send(new GetConnectionCommand({ ConnectionId: id }));
    expect(answer.Identity).toMatchObject({ SourceIp: '127.0.0.1', UserAgent: 'probe' });
    expect(answer.ConnectedAt).toBeInstanceOf(Date);
    expect(answer.LastActiveAt).toBeInstanceOf(Date);
  });

  it('GET and DELETE of a closed connection are Gone', async () => {
    const api = await start(resources, handlers);
    const { id, ws } = await open(api);
    ws.close();
    await api.event('DISCONNECT');
    const gone = { name: 'GoneException', $metadata: { httpStatusCode: 410 } };
    const client = sdk(api);
    await expect(client.send(new GetConnectionCommand({ ConnectionId: id }))).rejects.toMatchObject(gone);
    await expect(client.send(new DeleteConnectionCommand({ ConnectionId: id }))).rejects.toMatchObject(gone);
  });

  it('DELETE closes with 1000, and the next POST is Gone', async () => {
    const api = await start(resources, handlers);
    const { id, closed } = await open(api);
    const { $metadata } = await sdk(api).send(new DeleteConnectionCommand({ ConnectionId: id }));
    expect($metadata.httpStatusCode).toBe(204);
    await expect(
      sdk(api).send(new PostToConnectionCommand({ ConnectionId: id, Data: 'x' })),
    ).rejects.toMatchObject({ name: 'GoneException', $metadata: { httpStatusCode: 410 } });
    expect(await closed).toMatchObject({ code: 1000 });
    expect((await api.event('DISCONNECT')).requestContext).toMatchObject({
      disconnectStatusCode: 1000,
      disconnectReason: 'Connection Closed Normally',
    });
  });

  it('during $connect the id is Gone', async () => {
    const names: string[] = [];
    const api: TestApi = await start(resources, {
      ...handlers,
      connect: async ({ requestContext: { connectionId } }) => {
        await sdk(api)
          .send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: 'x' }))
          .catch((error: unknown) => names.push(error instanceof Error ? error.name : ''));
        return { statusCode: 200 };
      },
    });
    await open(api);
    expect(names).toEqual(['GoneException']);
  });

  it('more than 128 KB is PayloadTooLarge, exactly 128 KB arrives', async () => {
    const api = await start(resources, handlers);
    const { id, frame } = await open(api);
    const post = (bytes: number) =>
      sdk(api).send(new PostToConnectionCommand({ ConnectionId: id, Data: 'x'.repeat(bytes) }));
    await expect(post(131_073)).rejects.toMatchObject({
      name: 'PayloadTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
    await expect(post(900_000)).rejects.toMatchObject({ name: 'PayloadTooLargeException' });
    await post(131_072);
    expect(await frame()).toHaveLength(131_072);
  });

  it('a reader that does not read is LimitExceeded', async () => {
    const api = await start(resources, handlers);
    const { id, ws } = await open(api);
    ws.pause();
    const fill = async (): Promise<unknown> => {
      const Data = 'x'.repeat(131_072);
      for (let i = 0; i < 400; i++)
        try {
          await sdk(api).send(new PostToConnectionCommand({ ConnectionId: id, Data }));
        } catch (error) {
          return error;
        }
      return undefined;
    };
    expect(await fill()).toMatchObject({
      name: 'LimitExceededException',
      $metadata: { httpStatusCode: 429 },
    });
  });

  it('asks the authorize hook with key and ARN, and answers AccessDenied', async () => {
    const asked: ManagementRequest[] = [];
    const api = await start(resources, handlers, {
      authorize: (request) => {
        asked.push(request);
        return { allowed: false, message: 'not you' };
      },
    });
    await expect(
      sdk(api).send(new PostToConnectionCommand({ ConnectionId: unknownId, Data: 'x' })),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'not you',
      $metadata: { httpStatusCode: 403 },
    });
    expect(asked).toEqual([
      {
        accessKeyId: 'AKIDTEST',
        action: 'execute-api:ManageConnections',
        resource: `arn:aws:execute-api:eu-west-1:000000000000:api/live/POST/@connections/${unknownId}`,
      },
    ]);
  });
});

describe('@connections over plain HTTP', () => {
  const table: [what: string, path: string, init: RequestInit, status: number, type: string, body: string][] =
    [
      ['a 410 has an empty body', 'L0SM9cOFvHcCIhw%3D', { method: 'POST' }, 410, 'GoneException', ''],
      [
        'a malformed id',
        'abc%3D',
        {},
        400,
        'BadRequestException',
        '{"message":"Invalid connectionId: abc="}',
      ],
      ['a broken escape', '%zz', {}, 400, 'BadRequestException', '{"message":"Invalid connectionId: %zz"}'],
      [
        'an unsigned request',
        unknownId,
        { headers: {} },
        403,
        'MissingAuthenticationTokenException',
        '{"message":"Missing Authentication Token"}',
      ],
    ];
  it.each(table)('%s', async (_what, path, init, status, type, body) => {
    const api = await start(resources, handlers);
    const answer = await call(api, path, init);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-amzn-ErrorType')).toBe(type);
    expect(answer.headers.get('x-amzn-RequestId')).toMatch(/^[\da-f-]{36}$/);
    expect(await answer.text()).toBe(body);
  });

  it('GET answers JSON in the spelling of the wire, and does not count as activity', async () => {
    let now = 1_700_000_000_000;
    const clock = { now: () => now, after: () => () => undefined };
    const api = await start(resources, handlers, { clock });
    const { id } = await open(api);
    now += 5000;
    for (const path of [encodeURIComponent(id), id]) {
      const answer = await call(api, path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(await answer.json()).toStrictEqual({
        connectedAt: '2023-11-14T22:13:20.000Z',
        identity: { sourceIp: '127.0.0.1', userAgent: 'probe' },
        lastActiveAt: '2023-11-14T22:13:20.000Z',
      });
    }
  });

  it('DELETE answers 204 without a body, once', async () => {
    const api = await start(resources, handlers);
    const { id } = await open(api);
    const first = await call(api, encodeURIComponent(id), { method: 'DELETE' });
    expect([first.status, await first.text()]).toEqual([204, '']);
    const second = await call(api, encodeURIComponent(id), { method: 'DELETE' });
    expect([second.status, second.headers.get('x-amzn-ErrorType')]).toEqual([410, 'GoneException']);
  });

  it('does not find a connection under another stage', async () => {
    const api = await start(resources, handlers);
    const answer = await fetch(`${api.managementUrl('other')}/@connections/${unknownId}`, {
      headers: signed,
    });
    expect(answer.status).toBe(403);
  });
});
