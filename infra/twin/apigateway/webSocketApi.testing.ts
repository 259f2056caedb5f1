import { WebSocket } from 'ws';
import { scaledClock } from '../clock.ts';
import type { Resource } from '../resource.ts';
import { readWebSocketApis } from './definition.ts';
import type { InvokeOutcome } from './ports.ts';
import { startWebSocketApi, type RunningWebSocketApi, type WebSocketApiOptions } from './webSocketApi.ts';

/** Scaffolding of this folder's tests: a small API as CloudFormation resources, and clients that wait for events. */

// The tests look into events freely, so they are typed by what is read from them.
export type LambdaEvent = {
  requestContext: Record<string, unknown> & { connectionId: string; requestId: string; routeKey: string };
  headers?: Record<string, string>;
  body?: string;
  methodArn?: string;
} & Record<string, unknown>;

export type Handlers = Record<string, (event: LambdaEvent) => unknown>;

export const functionArn = (name: string): string => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;

const uri = (name: string): string =>
  `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn(name)}/invocations`;

export const resource = (type: string, logicalId: string, properties: Record<string, unknown>): Resource => ({
  logicalId,
  type: `AWS::ApiGatewayV2::${type}`,
  ref: logicalId.toLowerCase(),
  properties: type === 'Api' ? properties : { ApiId: 'api', ...properties },
});

/** One route and the integration behind it; the function is named like the route key without `$`. */
export const route = (key: string, properties: Record<string, unknown> = {}): Resource[] => {
  const name = key.replace('$', '');
  return [
    resource('Route', `Route${name}`, { RouteKey: key, Target: `integrations/int${name}`, ...properties }),
    resource('Integration', `Int${name}`, { IntegrationType: 'AWS_PROXY', IntegrationUri: uri(name) }),
  ];
};

export const authorizer = (identitySource: string[]): Resource =>
  resource('Authorizer', 'Auth', {
    AuthorizerType: 'REQUEST',
    AuthorizerUri: uri('authorizer'),
    IdentitySource: identitySource,
  });

export const authorized = { AuthorizationType: 'CUSTOM', AuthorizerId: 'auth' };

export const base = (stage: Record<string, unknown> = {}): Resource[] => [
  resource('Api', 'Api', { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' }),
  resource('Stage', 'Stage', { StageName: 'live', AutoDeploy: true, ...stage }),
];

export type TestApi = RunningWebSocketApi & {
  events: LambdaEvent[];
  /** The next event of this type that has not been asked for yet. */
  event: (eventType: string) => Promise<LambdaEvent>;
  callers: { functionArn: string; sourceArn: string }[];
  lines: string[];
};

const running: RunningWebSocketApi[] = [];
const clients: WebSocket[] = [];

/** For `afterEach`. */
export const stopAll = async (): Promise<void> => {
  for (const client of clients.splice(0)) client.terminate();
  await Promise.all(running.splice(0).map((api) => api.close()));
};

export const start = async (
  resources: Resource[],
  handlers: Handlers,
  options: Partial<WebSocketApiOptions> = {},
): Promise<TestApi> => {
  const lines: string[] = [];
  const events: LambdaEvent[] = [];
  const callers: TestApi['callers'] = [];
  const waiting: (() => void)[] = [];
  const [definition] = readWebSocketApis(resources, (line) => lines.push(line));
  if (!definition) throw new Error('no API among the resources');
  const api = await startWebSocketApi({
    definition,
    host: '127.0.0.1',
    port: 0,
    region: 'eu-west-1',
    account: '000000000000',
    clock: scaledClock(),
    report: (line) => lines.push(line),
    invoke: async (arn, event, { sourceArn }): Promise<InvokeOutcome> => {
      // A cast: the tests read events by the names that the guide gives them.
      const seen = event as LambdaEvent;
      callers.push({ functionArn: arn, sourceArn });
      if (seen['type'] !== 'REQUEST') events.push(seen);
      for (const wake of waiting.splice(0)) wake();
      try {
        const payload = await handlers[arn.split(':').at(-1) ?? '']?.(seen);
        return isDenied(payload) ? payload : { ok: true, payload: payload ?? null };
      } catch (error) {
        return { ok: false, errorType: 'Error', errorMessage: error instanceof Error ? error.message : '' };
      }
    },
    ...options,
  });
  running.push(api);
  let taken = 0;
  const event = async (eventType: string): Promise<LambdaEvent> => {
    for (;;) {
      const at = events.findIndex((e, i) => i >= taken && e.requestContext['eventType'] === eventType);
      const found = events[at];
      if (found) {
        taken = at + 1;
        return found;
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { ...api, events, event, callers, lines };
};

const isDenied = (payload: unknown): payload is { denied: string } =>
  typeof payload === 'object' && payload !== null && 'denied' in payload;

export type Client = {
  ws: WebSocket;
  /** The next frame, as text. */
  frame: () => Promise<string>;
  closed: Promise<{ code: number; reason: string }>;
};

/** Connects and waits until the socket is open. */
export const connect = async (url: string, ...rest: unknown[]): Promise<Client> => {
  // A cast: the constructor's overloads do not fit a list of unknown length.
  const ws = new WebSocket(url, ...(rest as [string[], object]));
  clients.push(ws);
  const frames: string[] = [];
  const readers: ((frame: string) => void)[] = [];
  ws.on('message', (data: Buffer) => {
    const reader = readers.shift();
    if (reader) reader(data.toString());
    else frames.push(data.toString());
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code: number, reason: Buffer) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise<void>((resolve, reject) => ws.on('open', resolve).on('error', reject));
  const frame = (): Promise<string> => {
    const ready = frames.shift();
    return ready === undefined ? new Promise((resolve) => readers.push(resolve)) : Promise.resolve(ready);
  };
  return { ws, frame, closed };
};

/** The status and body with which a handshake is refused. */
export const refusal = async (url: string, ...rest: unknown[]): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    // A cast, as above.
    const ws = new WebSocket(url, ...(rest as [string[], object]));
    clients.push(ws);
    ws.on('open', () => reject(new Error('the connection opened')));
    ws.on('error', () => undefined);
    ws.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
