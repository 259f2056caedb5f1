import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { executeApiArn, type ApiContext } from './apiContext.ts';
import type { Connection } from './connection.ts';
import { identityOf } from './events.ts';
import { readBody } from './readBody.ts';
import { isConnectionId } from './requestId.ts';
import { connectionsPath, stageOf } from './stagePath.ts';
import { upgradeRequired } from './upgradeProblem.ts';

/** An HTTP answer; `errorType` goes into `x-amzn-ErrorType`, by which SDKs name their exceptions. */
type Answer = {
  status: number;
  errorType?: string;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
};

const problem = (status: number, errorType: string, message: string): Answer => ({
  status,
  errorType,
  body: { message },
});

/** Captured: a 410 has no body, so that SDKs show `UnknownError` as its message. */
const gone: Answer = { status: 410, errorType: 'GoneException' };
const slow = problem(429, 'LimitExceededException', 'Too Many Requests');
const noToken = problem(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');

/**
 * Plain HTTP on the API's port: the management API `@connections` (API Gateway guide, "Use @connections commands in
 * your backend service"), 426 for a stage without an upgrade, 403 for any other path.
 */
export const handleRequest =
  (api: ApiContext) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A client that is cut off while sending is no news; without a listener it would end the process.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const answer = await answerTo(api, request);
    if (answer) reply(response, answer);
    if (!request.complete) request.resume();
  };

const answerTo = async (api: ApiContext, request: IncomingMessage): Promise<Answer | undefined> => {
  const path = connectionsPath(request.url ?? '');
  if (!path && stageOf(api, request.url ?? '')) return upgradeRequired;
  if (!path || !api.definition.stages.has(path.stage)) return problem(403, 'ForbiddenException', 'Forbidden');
  const refused = refusalOf(api, request, path.stage, path.id ?? path.raw);
  if (refused) return refused;
  if (path.id === undefined || !isConnectionId(path.id))
    return problem(400, 'BadRequestException', `Invalid connectionId: ${path.id ?? path.raw}`);
  if (request.method === 'POST') return post(api, request, path.stage, path.id);
  const connection = find(api, path.stage, path.id);
  if (!connection) return gone;
  return request.method === 'DELETE' ? remove(connection) : { status: 200, body: describe(connection) };
};

const credential = /^AWS4-HMAC-SHA256 .*?Credential=([^/,\s]+)\//;

/** The signature itself is not verified: the twin's keys are known to everybody on this machine anyway. */
const refusalOf = (
  api: ApiContext,
  request: IncomingMessage,
  stage: string,
  id: string,
): Answer | undefined => {
  const { method = '', headers } = request;
  const accessKeyId = credential.exec(headers.authorization ?? '')?.[1];
  if (accessKeyId === undefined || !['GET', 'POST', 'DELETE'].includes(method)) return noToken;
  const resource = executeApiArn(api, `${stage}/${method}/@connections/${id}`);
  const decision = api.authorize?.({ accessKeyId, action: 'execute-api:ManageConnections', resource });
  if (!decision || decision.allowed) return undefined;
  return problem(403, 'ForbiddenException', decision.message);
};

const find = (api: ApiContext, stage: string, id: string): Connection | undefined => {
  const connection = api.connections.get(id);
  return connection?.info.stage.name === stage ? connection : undefined;
};

/** 200 means that the bytes were handed to the socket, not that the client has them. Undefined: the caller left. */
const post = async (
  api: ApiContext,
  request: IncomingMessage,
  stage: string,
  id: string,
): Promise<Answer | undefined> => {
  const body = await readBody(request, api.limits.messageBytes);
  if (body === 'aborted') return undefined;
  if (body === 'too large') return problem(413, 'PayloadTooLargeException', 'Message too long');
  const sent = find(api, stage, id)?.send(body) ?? 'gone';
  return { sent: { status: 200 }, busy: slow, gone }[sent];
};

const remove = (connection: Connection): Answer => {
  connection.end(1000, 'Connection Closed Normally');
  return { status: 204 };
};

const describe = ({ info, lastActiveAt }: Connection): unknown => ({
  connectedAt: new Date(info.connectedAt).toISOString(),
  identity: identityOf(info),
  lastActiveAt: new Date(lastActiveAt()).toISOString(),
});

const reply = (response: ServerResponse, { status, errorType, body, headers = {} }: Answer): void => {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    'x-amzn-RequestId': randomUUID(),
    ...(errorType === undefined ? {} : { 'x-amzn-ErrorType': errorType }),
    ...(text === '' ? {} : { 'Content-Type': 'application/json' }),
    ...(status === 204 ? {} : { 'Content-Length': Buffer.byteLength(text) }),
  });
  response.end(text);
};
