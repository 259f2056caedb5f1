import { badProperty, requiredText } from '../property.ts';
import type { Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { parseIdentitySource, type IdentitySource } from './identitySource.ts';
import { functionArnOf } from './link.ts';
import { reportUnhonoured } from './unhonoured.ts';

export type AuthorizerDefinition = {
  authorizerId: string;
  functionArn: string;
  identitySources: readonly IdentitySource[];
};

/** A REQUEST authorizer, the only kind a WebSocket API has. Its result is never cached, whatever the template says. */
export const readAuthorizer = (authorizer: Resource, report: Report): AuthorizerDefinition => {
  const type = requiredText(authorizer, 'AuthorizerType');
  if (type !== 'REQUEST') throw badProperty(authorizer, 'AuthorizerType', `must be REQUEST, not ${type}`);
  reportUnhonoured(authorizer, ['AuthorizerType', 'AuthorizerUri', 'IdentitySource'], report);
  return {
    authorizerId: authorizer.ref,
    functionArn: functionArnOf(authorizer, 'AuthorizerUri'),
    identitySources: readIdentitySources(authorizer),
  };
};

const readIdentitySources = (authorizer: Resource): IdentitySource[] => {
  const list = authorizer.properties['IdentitySource'] ?? [];
  if (!Array.isArray(list)) throw badProperty(authorizer, 'IdentitySource', 'must be a list');
  return list.map((item: unknown) => {
    const source = typeof item === 'string' ? parseIdentitySource(item) : undefined;
    if (source) return source;
    throw badProperty(authorizer, 'IdentitySource', `cannot be read: ${JSON.stringify(item)}`);
  });
};
