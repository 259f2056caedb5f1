import { Logger } from '@aws-lambda-powertools/logger';
import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent as RequestAuthorizerEvent,
} from 'aws-lambda';
import * as z from 'zod/mini';
import { admit, type Handshake } from '../admission.ts';
import { tokenVerifier } from '../aws/verifyToken.ts';
import { authorizerContext } from '../aws/authorizerContext.ts';
import { environment } from '../aws/environment.ts';
import { handlerMetrics, published } from '../aws/metrics.ts';
import { usageKeyOf } from '../usageKey.ts';

const { ISSUER, AUDIENCE, ALLOWED_ORIGINS, PAGES_API_KEY } = environment(
  z.object({
    ISSUER: z.url(),
    AUDIENCE: z.string().check(z.minLength(1)),
    /** Separated by commas; may be empty. */
    ALLOWED_ORIGINS: z.string(),
    /** Only where API keys are asked for. */
    PAGES_API_KEY: z.optional(z.string()),
  }),
);
const logger = new Logger({ serviceName: 'authorizer' });
const metrics = handlerMetrics('authorizer');
const decide = admit({
  verify: tokenVerifier({ issuer: ISSUER, audience: AUDIENCE }),
  allowedOrigins: ALLOWED_ORIGINS.split(',').filter((origin) => origin !== ''),
});

/** Header names keep the case the client gave them. */
const handshakeOf = ({ headers }: RequestAuthorizerEvent): Handshake => {
  const lowerCased = new Map(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return { header: (name) => lowerCased.get(name) };
};

const policy = (
  effect: 'Allow' | 'Deny',
  methodArn: string,
): APIGatewayAuthorizerResult['policyDocument'] => ({
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: methodArn }],
});

/** Which key this handshake is counted by, where keys are asked for; API Gateway refuses one that has none. */
const usage = (handshake: Handshake): Pick<APIGatewayAuthorizerResult, 'usageIdentifierKey'> => {
  if (PAGES_API_KEY === undefined) return {};
  const usageIdentifierKey = usageKeyOf(handshake, PAGES_API_KEY);
  return usageIdentifierKey === undefined ? {} : { usageIdentifierKey };
};

/** The REQUEST authorizer of `$connect`. 403 is a policy that denies, 401 is this very error. */
export const handler = published(
  metrics,
  async (event: RequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> => {
    const handshake = handshakeOf(event);
    const admission = await decide(handshake);
    if (admission.admitted) {
      const { identity } = admission;
      return {
        principalId: identity.principal,
        policyDocument: policy('Allow', event.methodArn),
        context: authorizerContext.write(identity),
        ...usage(handshake),
      };
    }
    metrics.measure('HandshakesRefused', 1, admission.reason);
    logger.warn('handshake refused', { status: admission.status, reason: admission.reason });
    if (admission.status === 401) throw new Error('Unauthorized');
    return { principalId: 'nobody', policyDocument: policy('Deny', event.methodArn) };
  },
);
