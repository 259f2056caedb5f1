import { describe, expect, it } from 'vitest';
import { decide, type IotAction } from './policy.ts';
import type { PolicyVariables } from './policyVariables.ts';
import { readPolicy } from './readPolicy.ts';

const arn = (rest: string): string => `arn:aws:iot:us-east-1:000000000000:${rest}`;

const policyOf = (statements: unknown, name = 'Beds') =>
  readPolicy(
    {
      logicalId: 'Beds',
      type: 'AWS::IoT::Policy',
      ref: name,
      properties: { PolicyDocument: { Version: '2012-10-17', Statement: statements } },
    },
    { region: 'us-east-1', report: () => undefined },
  );

const allow = (Action: unknown, Resource: unknown, Condition?: unknown) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

const asBed7: PolicyVariables = {
  'iot:ClientId': 'bed-7',
  'iot:Connection.Thing.IsAttached': 'true',
  'iot:Connection.Thing.ThingName': 'bed-7',
  'iot:Connection.Thing.Attributes[house]': 'north',
};
const asNobody: PolicyVariables = { 'iot:ClientId': 'bed-7', 'iot:Connection.Thing.IsAttached': 'false' };

const allows = (
  statements: unknown,
  action: IotAction,
  resource: string,
  variables: PolicyVariables = asBed7,
): boolean => decide([policyOf(statements)], { action, resource: arn(resource), variables }).allowed;

describe('a policy', () => {
  const own = allow('iot:Publish', arn('topic/moisture/*/${iot:Connection.Thing.ThingName}'));

  it('allows what a statement names, and nothing else', () => {
    expect(allows(own, 'iot:Publish', 'topic/moisture/north/bed-7')).toBe(true);
    expect(allows(own, 'iot:Publish', 'topic/moisture/north/bed-8')).toBe(false);
    expect(allows(own, 'iot:RetainPublish', 'topic/moisture/north/bed-7')).toBe(false);
    expect(allows(own, 'iot:Publish', 'client/moisture/north/bed-7')).toBe(false);
  });

  it.each([
    ['iot:*', true],
    ['*', true],
    ['iot:pub????', true],
    ['iot:pub???', false],
    ['IOT:publish', true],
    ['iot:Receive', false],
  ])('with the action %s allows iot:Publish: %s', (action, expected) => {
    expect(allows(allow(action, '*'), 'iot:Publish', 'topic/a')).toBe(expected);
  });

  it('has wildcards that cross levels, and takes + and # as they are', () => {
    expect(allows(allow('iot:Publish', arn('topic/a*')), 'iot:Publish', 'topic/a/b/c')).toBe(true);
    expect(allows(allow('iot:Publish', arn('topic/a?b')), 'iot:Publish', 'topic/a/b')).toBe(true);
    const plus = allow('iot:Subscribe', arn('topicfilter/a/+'));
    expect(allows(plus, 'iot:Subscribe', 'topicfilter/a/+')).toBe(true);
    expect(allows(plus, 'iot:Subscribe', 'topicfilter/a/b')).toBe(false);
  });

  it('does not match where a variable has no value', () => {
    expect(allows(own, 'iot:Publish', 'topic/moisture/north/bed-7', asNobody)).toBe(false);
    expect(allows(own, 'iot:Publish', 'topic/moisture/north/', asNobody)).toBe(false);
  });

  it.each([
    [{ Bool: { 'iot:Connection.Thing.IsAttached': 'true' } }, true, false],
    [{ Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } }, true, false],
    [{ Bool: { 'iot:Connection.Thing.IsAttached': true } }, true, false],
    [{ Bool: { 'iot:Connection.Thing.IsAttached': 'false' } }, false, true],
    [{ StringEquals: { 'iot:Connection.Thing.Attributes[house]': ['south', 'north'] } }, true, false],
    [{ StringLike: { 'iot:ClientId': 'bed-*' } }, true, true],
    [{ StringNotEquals: { 'iot:Connection.Thing.Attributes[house]': 'north' } }, false, true],
    [{ StringNotLike: { 'iot:ClientId': 'bed-*' } }, false, false],
    [{ StringEquals: { 'iot:ClientId': '${iot:Connection.Thing.ThingName}' } }, true, false],
    [
      {
        StringLike: { 'iot:ClientId': 'bed-*' },
        Bool: { 'iot:Connection.Thing.IsAttached': 'true' },
      },
      true,
      false,
    ],
  ])('under %j allows a thing: %s, a client without a thing: %s', (condition, thing, nobody) => {
    const statement = allow('iot:Connect', '*', condition);
    expect(allows(statement, 'iot:Connect', 'client/bed-7', asBed7)).toBe(thing);
    expect(allows(statement, 'iot:Connect', 'client/bed-7', asNobody)).toBe(nobody);
  });
});

describe('several policies', () => {
  const request = { action: 'iot:Publish', resource: arn('topic/a'), variables: asBed7 } as const;
  const all = policyOf(allow('*', '*'), 'All');
  const none = policyOf({ ...allow('iot:Publish', arn('topic/a')), Effect: 'Deny' }, 'None');

  it('deny what one of them denies, whatever the others allow, and tell which', () => {
    expect(decide([all, none], request)).toEqual({ allowed: false, by: 'None' });
    expect(decide([all, none], { ...request, resource: arn('topic/b') })).toEqual({ allowed: true });
  });

  it('deny what none allows', () => {
    expect(decide([], request)).toEqual({ allowed: false, by: undefined });
  });
});

it('a policy of more than 2,048 characters is refused', () => {
  expect(() => policyOf(allow('iot:Publish', arn(`topic/${'x'.repeat(2_048)}`)))).toThrow('more than 2048');
});

describe('a policy that the twin cannot evaluate', () => {
  it.each([
    [[], 'must have statements'],
    [{ ...allow('iot:Connect', '*'), NotAction: 'iot:Publish' }, 'NotAction'],
    [{ ...allow('iot:Connect', '*'), Principal: '*' }, 'Principal'],
    [{ Effect: 'Maybe', Action: 'iot:Connect', Resource: '*' }, 'Allow or Deny'],
    [{ Effect: 'Allow', Action: 'iot:Connect' }, 'must have Resource'],
    [allow('iot:Connect', arn('client/${iot:DomainName}')), '${iot:DomainName}'],
    [allow('iot:Connect', '*', { DateLessThan: { 'iot:ClientId': '1' } }), 'DateLessThan'],
    [
      allow('iot:Connect', '*', {
        'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['LastWill'] },
      }),
      'iot:ConnectAttributes',
    ],
    [allow('iot:Connect', '*', { Bool: { 'aws:SecureTransport': 'true' } }), 'aws:SecureTransport'],
  ])('%j is refused with what it is', (statements, what) => {
    expect(() => policyOf(statements)).toThrow(
      expect.objectContaining({ name: 'TwinError', message: expect.stringContaining(what) as string }),
    );
  });
});
