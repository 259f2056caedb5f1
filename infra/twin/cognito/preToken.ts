import { isObject, objectOf } from '../json.ts';
import type { PreTokenTrigger, UserPool } from './userPools.ts';

/** What an ID token says before a trigger has seen it. */
export type Claims = Readonly<Record<string, unknown>>;

/** Claims that a trigger cannot touch (Cognito guide, "Pre token generation Lambda trigger"; the list from memory). */
const fixed = new Set([
  ...['acr', 'amr', 'at_hash', 'aud', 'auth_time', 'azp', 'cognito:username', 'event_id', 'exp', 'iat'],
  ...['identities', 'iss', 'jti', 'nbf', 'nonce', 'origin_jti', 'sub', 'token_use'],
]);

/**
 * The event of the trigger by which a user pool asks what is to be in a token (Cognito guide, "Pre token generation
 * Lambda trigger"), for somebody who has just signed in.
 */
export const preTokenEvent = (
  { version }: PreTokenTrigger,
  { poolId }: UserPool,
  {
    region,
    clientId,
    userName,
    groups,
  }: { region: string; clientId: string; userName: string; groups: string[] },
): Record<string, unknown> => {
  const groupConfiguration = { groupsToOverride: groups, iamRolesToOverride: [], preferredRole: null };
  const request = {
    userAttributes: { sub: userName, 'cognito:user_status': 'CONFIRMED' },
    groupConfiguration,
  };
  return {
    version: version.slice(1, 2),
    triggerSource: 'TokenGeneration_Authentication',
    region,
    userPoolId: poolId,
    userName,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
    request: version === 'V1_0' ? request : { ...request, scopes: ['aws.cognito.signin.user.admin'] },
    response: version === 'V1_0' ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
  };
};

/** What a trigger answered, in the form of its version. Claims are of the ID token; those of access tokens are not made here. */
const overridesIn = (version: PreTokenTrigger['version'], payload: unknown) => {
  const response = objectOf(objectOf(payload)['response']);
  const v1 = objectOf(response['claimsOverrideDetails']);
  const later = objectOf(response['claimsAndScopeOverrideDetails']);
  const details = version === 'V1_0' ? v1 : objectOf(later['idTokenGeneration']);
  const groups = version === 'V1_0' ? v1['groupOverrideDetails'] : later['groupOverrideDetails'];
  return { ...details, groups: objectOf(groups)['groupsToOverride'] };
};

/**
 * `claims` as the trigger wants them. Claims it may not touch stay, and so does what begins with `cognito:` or `dev:`;
 * groups are replaced as a whole. Undefined when it answered no event at all.
 */
export const overridden = (
  version: PreTokenTrigger['version'],
  claims: Claims,
  payload: unknown,
): Claims | undefined => {
  if (!isObject(payload)) return undefined;
  const { claimsToAddOrOverride, claimsToSuppress, groups } = overridesIn(version, payload) as Record<
    string,
    unknown
  >;
  const added = Object.entries(objectOf(claimsToAddOrOverride)).filter(
    ([name]) => !fixed.has(name) && !/^(cognito|dev):/.test(name),
  );
  const suppressed = Array.isArray(claimsToSuppress)
    ? claimsToSuppress.filter((name) => !fixed.has(name as string))
    : [];
  const kept = Object.entries(claims).filter(([name]) => !suppressed.includes(name));
  return {
    ...Object.fromEntries([...kept, ...added]),
    ...(Array.isArray(groups) ? { 'cognito:groups': groups as unknown[] } : {}),
  };
};
