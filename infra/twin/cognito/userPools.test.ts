import { describe, expect, it } from 'vitest';
import type { Resource } from '../resource.ts';
import { readUserPools } from './userPools.ts';

const place = { region: 'eu-west-1', account: '000000000000' };
const pool = (properties: object = {}): Resource => ({
  logicalId: 'Pool',
  type: 'AWS::Cognito::UserPool',
  ref: 'eu-west-1_abc',
  properties: { ...properties },
});
const client = (ref: string, UserPoolId = 'eu-west-1_abc'): Resource => ({
  logicalId: 'Client',
  type: 'AWS::Cognito::UserPoolClient',
  ref,
  properties: { UserPoolId },
});

const read = (...resources: Resource[]) => {
  const lines: string[] = [];
  return { pools: readUserPools(resources, place, (line) => void lines.push(line)), lines };
};

describe('a user pool', () => {
  it('has its clients and no trigger', () => {
    expect(read(pool(), client('web'), client('kiosk'))).toEqual({
      pools: [
        {
          poolId: 'eu-west-1_abc',
          arn: 'arn:aws:cognito-idp:eu-west-1:000000000000:userpool/eu-west-1_abc',
          clientIds: ['web', 'kiosk'],
          preToken: undefined,
        },
      ],
      lines: [],
    });
  });

  it.each([
    [{ PreTokenGeneration: 'arn:f' }, 'V1_0'],
    [{ PreTokenGenerationConfig: { LambdaArn: 'arn:f', LambdaVersion: 'V2_0' } }, 'V2_0'],
  ])('with the trigger %j is asked in %s', (LambdaConfig, version) => {
    expect(read(pool({ LambdaConfig })).pools[0]?.preToken).toEqual({ functionArn: 'arn:f', version });
  });

  it('with another trigger is reported', () => {
    expect(read(pool({ LambdaConfig: { PostConfirmation: 'arn:f' } })).lines).toEqual([
      'AWS::Cognito::UserPool "Pool": LambdaConfig.PostConfirmation is not honoured by the twin',
    ]);
  });

  it('with a trigger of no known version is refused', () => {
    const PreTokenGenerationConfig = { LambdaArn: 'arn:f', LambdaVersion: 'V9_0' };
    expect(() => read(pool({ LambdaConfig: { PreTokenGenerationConfig } }))).toThrow(/LambdaVersion must be/);
  });
});

it('a client of no pool is refused', () => {
  expect(() => read(pool(), client('web', 'eu-west-1_xyz'))).toThrow(/Client.*eu-west-1_xyz/);
});
