import { objectOf, stringOf } from '../json.ts';
import { requiredText } from '../property.ts';
import { notHonoured, type Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { TwinError } from '../twinError.ts';

/** A function that a user pool calls before it signs a token. */
export type PreTokenTrigger = { readonly functionArn: string; readonly version: 'V1_0' | 'V2_0' | 'V3_0' };

export type UserPool = {
  readonly poolId: string;
  readonly arn: string;
  /** In the order of the template. */
  readonly clientIds: readonly string[];
  readonly preToken: PreTokenTrigger | undefined;
};

const versions = ['V1_0', 'V2_0', 'V3_0'] as const;

/**
 * The user pools of a template with their clients. How people sign in (passwords, second factors, pages) is left aside,
 * since nobody signs in here; a trigger other than before tokens is reported.
 * @throws TwinError `bad_property` for a trigger of no known version, `broken_link` for a client of no pool.
 */
export const readUserPools = (
  resources: readonly Resource[],
  place: { region: string; account: string },
  report: Report,
): UserPool[] => {
  const pools = resources.filter(({ type }) => type === 'AWS::Cognito::UserPool');
  const clients = resources.filter(({ type }) => type === 'AWS::Cognito::UserPoolClient');
  const poolOf = (client: Resource): string => {
    const id = requiredText(client, 'UserPoolId');
    if (pools.some(({ ref }) => ref === id)) return id;
    throw new TwinError(
      'broken_link',
      `${client.type} "${client.logicalId}": UserPoolId names "${id}", which the template does not have.`,
    );
  };
  const owned = clients.map((client) => ({ clientId: client.ref, poolId: poolOf(client) }));
  return pools.map((pool) => ({
    poolId: pool.ref,
    arn: `arn:aws:cognito-idp:${place.region}:${place.account}:userpool/${pool.ref}`,
    clientIds: owned.filter(({ poolId }) => poolId === pool.ref).map(({ clientId }) => clientId),
    preToken: readTriggers(pool, report),
  }));
};

const readTriggers = (pool: Resource, report: Report): PreTokenTrigger | undefined => {
  const { PreTokenGeneration, PreTokenGenerationConfig, ...others } = objectOf(
    pool.properties['LambdaConfig'],
  );
  for (const name of Object.keys(others)) report(notHonoured(pool, `LambdaConfig.${name}`));
  const { LambdaArn, LambdaVersion = 'V1_0' } = objectOf(PreTokenGenerationConfig);
  const functionArn = stringOf(LambdaArn) ?? stringOf(PreTokenGeneration);
  if (functionArn === undefined) return undefined;
  const version = versions.find((each) => each === LambdaVersion);
  if (version !== undefined) return { functionArn, version };
  throw new TwinError(
    'bad_property',
    `${pool.type} "${pool.logicalId}": PreTokenGenerationConfig.LambdaVersion must be V1_0, V2_0 or V3_0.`,
  );
};
