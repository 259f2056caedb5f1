import { describe, expect, it } from 'vitest';
import { overridden, preTokenEvent } from './preToken.ts';

const pool = { poolId: 'eu-west-1_abc', arn: 'arn:pool', clientIds: ['app'], preToken: undefined };
const person = { region: 'eu-west-1', clientId: 'app', userName: 'ann', groups: ['pickers'] };
const claims = { sub: 'ann', iss: 'http://pool', aud: 'app', 'cognito:groups': ['pickers'], colour: 'red' };

describe('the event of a trigger', () => {
  it.each(['V1_0', 'V2_0', 'V3_0'] as const)(
    'of %s says who signs in, where and with which groups',
    (version) => {
      expect(preTokenEvent({ functionArn: 'arn:f', version }, pool, person)).toMatchObject({
        version: version.charAt(1),
        triggerSource: 'TokenGeneration_Authentication',
        region: 'eu-west-1',
        userPoolId: 'eu-west-1_abc',
        userName: 'ann',
        callerContext: { clientId: 'app' },
        request: { userAttributes: { sub: 'ann' }, groupConfiguration: { groupsToOverride: ['pickers'] } },
      });
    },
  );

  it('has scopes from V2_0 on, and the response in its own form', () => {
    const event = (version: 'V1_0' | 'V2_0') =>
      preTokenEvent({ functionArn: 'arn:f', version }, pool, person);
    expect(event('V1_0')['request']).not.toHaveProperty('scopes');
    expect(event('V1_0')['response']).toEqual({ claimsOverrideDetails: null });
    expect(event('V2_0')['request']).toHaveProperty('scopes');
    expect(event('V2_0')['response']).toEqual({ claimsAndScopeOverrideDetails: null });
  });
});

describe('what a trigger answers', () => {
  const details = {
    claimsToAddOrOverride: { size: 'L', sub: 'eve', iss: 'http://evil', 'cognito:roles': 'all' },
    claimsToSuppress: ['colour', 'aud'],
  };
  const groupOverrideDetails = { groupsToOverride: ['owners'] };
  const changed = { sub: 'ann', iss: 'http://pool', aud: 'app', 'cognito:groups': ['owners'], size: 'L' };

  it('in V1_0 adds, suppresses and regroups, but touches neither who nor whose', () => {
    const response = { claimsOverrideDetails: { ...details, groupOverrideDetails } };
    expect(overridden('V1_0', claims, { response })).toEqual(changed);
  });

  it('in V2_0 does so for the ID token', () => {
    const claimsAndScopeOverrideDetails = { idTokenGeneration: details, groupOverrideDetails };
    expect(overridden('V2_0', claims, { response: { claimsAndScopeOverrideDetails } })).toEqual(changed);
  });

  it('in the form of another version changes nothing', () => {
    const response = { claimsOverrideDetails: { ...details, groupOverrideDetails } };
    expect(overridden('V2_0', claims, { response })).toEqual(claims);
  });

  it('with nothing to say changes nothing, and no event at all is none', () => {
    expect(overridden('V1_0', claims, { response: { claimsOverrideDetails: null } })).toEqual(claims);
    expect(overridden('V1_0', claims, null)).toBeUndefined();
  });
});
