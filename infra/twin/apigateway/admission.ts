import { executeApiArn, type ApiContext } from './apiContext.ts';
import type { AuthorizerDefinition } from './authorizerDefinition.ts';
import { readAuthorizerResult } from './authorizerResult.ts';
import type { ErrorMessage } from './errorFrame.ts';
import { authorizerEvent, type AuthorizerContext, type ConnectionInfo } from './events.ts';
import { hasIdentity } from './identitySource.ts';
import { callFunction } from './integration.ts';
import { integrationTimeoutMs } from './limits.ts';
import type { RequestMaps } from './requestMaps.ts';

/** A handshake that ends with an HTTP status. */
export type Refusal = { status: number; message: ErrorMessage };

const unauthorized: Refusal = { status: 401, message: 'Unauthorized' };
const forbidden: Refusal = { status: 403, message: 'Forbidden' };
const broken: Refusal = { status: 500, message: 'Internal server error' };

/**
 * Asks the REQUEST authorizer of `$connect` (API Gateway guide, "Create a Lambda REQUEST authorizer function"): a
 * missing identity source is 401 without asking, an error whose message is exactly "Unauthorized" is 401, no Allow is
 * 403, everything else that goes wrong is 500.
 */
export const askAuthorizer = async (
  api: ApiContext,
  authorizer: AuthorizerDefinition,
  info: ConnectionInfo,
  maps: RequestMaps,
  requestId: string,
): Promise<{ context: AuthorizerContext } | Refusal> => {
  const methodArn = executeApiArn(api, `${info.stage.name}/$connect`);
  const event = authorizerEvent(api, info, maps, requestId, methodArn);
  const values = { ...maps, requestContext: event['requestContext'], stageVariables: info.stage.variables };
  if (!authorizer.identitySources.every((source) => hasIdentity(values, source))) return unauthorized;
  const { authorizerId, functionArn } = authorizer;
  const startedAt = api.clock.now();
  const outcome = await callFunction(
    api,
    functionArn,
    event,
    `authorizers/${authorizerId}`,
    integrationTimeoutMs,
  );
  if (outcome.kind === 'failed' && outcome.errorMessage === 'Unauthorized') return unauthorized;
  if (outcome.kind !== 'payload') return broken;
  const result = readAuthorizerResult(outcome.payload, methodArn);
  if (result.kind === 'denied') return forbidden;
  if (result.kind === 'allowed') return { context: withLatency(result.context, api.clock.now() - startedAt) };
  api.report(`The result of authorizer ${functionArn} is invalid: ${result.why}`);
  return broken;
};

const withLatency = (
  { principalId = '', ...context }: Record<string, string>,
  ms: number,
): AuthorizerContext => ({
  principalId,
  integrationLatency: Math.round(ms),
  ...context,
});
