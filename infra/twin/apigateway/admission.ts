import { executeApiArn, type ApiContext } from './apiContext.ts';
import type { ApiKey } from './apiKeys.ts';
import type { AuthorizerDefinition } from './authorizerDefinition.ts';
import { readAuthorizerResult } from './authorizerResult.ts';
import type { ErrorMessage } from './errorFrame.ts';
import { authorizerEvent, type AuthorizerContext, type ConnectionInfo } from './events.ts';
import { hasIdentity } from './identitySource.ts';
import { callFunction } from './integration.ts';
import { integrationTimeoutMs } from './limits.ts';
import { headerIn, type RequestMaps } from './requestMaps.ts';

/** A handshake that ends with an HTTP status. */
export type Refusal = { status: number; message: ErrorMessage };

/** Whom an authorizer lets in. */
export type Authorized = { context: AuthorizerContext; usageIdentifierKey: string | undefined };

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
): Promise<Authorized | Refusal> => {
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
  if (result.kind === 'allowed') {
    const { usageIdentifierKey } = result;
    return { context: withLatency(result.context, api.clock.now() - startedAt), usageIdentifierKey };
  }
  api.report(`The result of authorizer ${functionArn} is invalid: ${result.why}`);
  return broken;
};

/**
 * The key that a `$connect` with `ApiKeyRequired` was made with, counted against its usage plan: 403 without a good
 * one, 429 beyond the plan's rate or quota (from memory). Undefined when the route asks for none.
 */
export const askApiKey = (
  { definition, useKey }: Pick<ApiContext, 'definition' | 'useKey'>,
  stage: string,
  maps: RequestMaps,
  authorized: Authorized | undefined,
): ApiKey | Refusal | undefined => {
  if (definition.routes.get('$connect')?.apiKeyRequired !== true) return undefined;
  const value =
    definition.apiKeySource === 'header' ? headerIn(maps, 'x-api-key') : authorized?.usageIdentifierKey;
  const usage = useKey(value, definition.apiId, stage);
  if (usage.kind === 'allowed') return usage.key;
  return {
    forbidden,
    throttled: { status: 429, message: 'Too Many Requests' } as const,
    exhausted: { status: 429, message: 'Limit Exceeded' } as const,
  }[usage.kind];
};

const withLatency = (
  { principalId = '', ...context }: Record<string, string>,
  ms: number,
): AuthorizerContext => ({
  principalId,
  integrationLatency: Math.round(ms),
  ...context,
});
