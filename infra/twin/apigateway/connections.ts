import type { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { accessKeyIdIn } from '../iam/accessKeyId.ts';
import { executeApiArn, type ApiContext } from './apiContext.ts';
import type { Connection } from './connection.ts';
import { identityOf } from './events.ts';
import {
  accessDenied,
  gone,
  noToken,
  problem,
  reply,
  slow,
  tooLarge,
  type Answer,
} from './managementAnswer.ts';
import { delayed, faultyAnswer } from './managementFaults.ts';
import { readBody } from './readBody.ts';
import { isConnectionId } from './requestId.ts';
import { connectionsPath, stageOf } from './stagePath.ts';
import { upgradeRequired } from './upgradeProblem.ts';

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
    if (answer === 'lost') request.socket.destroy();
    else if (answer) reply(response, answer);
    if (!request.complete) request.resume();
  };

/** One call of the management API that may be made; `caller` is the function it comes from, empty where that is not known. */
type Call = { method: string; stage: string; id: string; caller: string; token: string | undefined };

/** `lost`: it was done, and the caller does not hear of it. Undefined: the caller left. */
const answerTo = async (api: ApiContext, request: IncomingMessage): Promise<Answer | 'lost' | undefined> => {
  const path = connectionsPath(request.url ?? '');
  if (!path && stageOf(api, request.url ?? '')) return upgradeRequired;
  if (!path || !api.definition.stages.has(path.stage)) return problem(403, 'ForbiddenException', 'Forbidden');
  const { method = '', headers } = request;
  const accessKeyId = accessKeyIdIn(headers);
  if (accessKeyId === '' || !['GET', 'POST', 'DELETE'].includes(method)) return noToken;
  const { stage, id, raw } = path;
  const refused = refusalOf(api, accessKeyId, `${stage}/${method}/@connections/${id ?? raw}`);
  if (refused) return refused;
  if (id === undefined || !isConnectionId(id))
    return problem(400, 'BadRequestException', `Invalid connectionId: ${id ?? raw}`);
  const caller = api.callerOf?.(accessKeyId) ?? '';
  const token = headers['x-amz-security-token']?.toString();
  return serve(api, request, { method, stage, id, caller, token });
};

const serve = async (
  api: ApiContext,
  request: IncomingMessage,
  call: Call,
): Promise<Answer | 'lost' | undefined> => {
  const body = call.method === 'POST' ? await readBody(request, api.limits.messageBytes) : '';
  if (body === 'aborted') return undefined;
  await delayed(api, call.caller);
  const connection = find(api, call.stage, call.id);
  const faulty = faultyAnswer(api, call.method, call.caller, connection);
  const answer = faulty ?? perform(call.method, connection, body);
  if (call.method === 'POST') await tellPosted(api, call, body, answer.status);
  return !faulty && api.faults.hit('connections.lost-response', call.caller) ? 'lost' : answer;
};

const perform = (method: string, connection: Connection | undefined, body: Buffer | string): Answer => {
  if (method === 'POST') return post(connection, body);
  if (!connection) return gone;
  return method === 'DELETE' ? remove(connection) : { status: 200, body: describe(connection) };
};

/** What came of a post is certain, and the caller does not know it yet. */
const tellPosted = async (
  { clock, meter, witness, posted }: ApiContext,
  { id: connectionId, caller, token }: Call,
  body: Buffer | string,
  status: number,
): Promise<void> => {
  const of = caller === '' ? {} : { functionName: caller };
  if (caller !== '') meter?.add('lambda.posts', caller, 1);
  const frame = body === 'too large' ? '' : body.toString();
  witness?.({ hop: 'posted', at: clock.now(), connectionId, status, frame, ...of });
  if (status === 200 && token !== undefined) await posted?.(token);
};

/** The signature itself is not verified: the twin's keys are known to everybody on this machine anyway. */
const refusalOf = (api: ApiContext, accessKeyId: string, path: string): Answer | undefined => {
  const resource = executeApiArn(api, path);
  const decision = api.authorize?.({ accessKeyId, action: 'execute-api:ManageConnections', resource });
  if (!decision || decision.allowed) return undefined;
  return accessDenied(decision.message);
};

const find = (api: ApiContext, stage: string, id: string): Connection | undefined => {
  const connection = api.connections.get(id);
  return connection?.info.stage.name === stage ? connection : undefined;
};

/** 200 means that the bytes were handed to the socket, not that the client has them. */
const post = (connection: Connection | undefined, body: Buffer | string): Answer => {
  if (body === 'too large') return tooLarge;
  const sent = connection?.send(body) ?? 'gone';
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
