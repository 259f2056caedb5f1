import { describe, expect, it } from 'vitest';
import { cases, role, session, table, type Case } from './cases.testing.ts';
import { keyKind } from './contextKeys.ts';
import { decide, type Decision } from './decide.ts';
import type { Context } from './policyText.ts';
import { readDocument, type PolicyKind } from './readDocument.ts';

const read = (statements: readonly object[], kind: PolicyKind, Version = '2012-10-17') =>
  readDocument({ Version, Statement: statements }, { kind, place: 'Policy', bad: (what) => new Error(what) });

const contextOf = (values: Case['context'] = {}): Context => {
  const byKey = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));
  return (key) => byKey.get(key);
};

const nameOf = (decision: Decision): Case['expected'] =>
  decision.allowed ? 'allowed' : decision.by === undefined ? 'implicit deny' : 'explicit deny';

const decided = ({ identity = [], resource = [], version, action, arn, context }: Case) =>
  decide(
    { identity: read(identity, 'identity', version), resource: read(resource, 'resource', version) },
    {
      principal: { kind: 'session', arn: session, roleArn: role, account: '111122223333' },
      action: action ?? 'dynamodb:GetItem',
      resource: arn ?? table,
      context: contextOf(context),
    },
  );

describe('a request', () => {
  it('is tried in many cases, each under a name of its own', () => {
    expect(cases.length).toBeGreaterThan(100);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it.each(cases)('$expected: $name', (one) => {
    expect(nameOf(decided(one))).toBe(one.expected);
  });
});

it('who denies is told, and in which kind of policy', () => {
  const Effect = 'Deny';
  const statement = { Effect, Action: '*', Resource: '*' };
  expect(decided({ ...anyCase, identity: [statement] })).toMatchObject({
    in: 'identity',
    by: { place: 'Policy, statement 1' },
  });
  expect(decided({ ...anyCase, resource: [{ ...statement, Principal: '*' }] })).toMatchObject({
    in: 'resource',
  });
});

it('every statement is told that would allow it alone', () => {
  const allow = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' });
  const identity = [allow('dynamodb:*'), allow('sqs:*'), allow('dynamodb:GetItem')];
  const decision = decided({ ...anyCase, identity });
  expect(decision.allowed && decision.by.map(({ place }) => place)).toEqual([
    'Policy, statement 1',
    'Policy, statement 3',
  ]);
});

const anyCase: Case = { name: '', expected: 'allowed', source: '' };

describe('a trust policy', () => {
  const trusts = (statement: object, values: Case['context'] = {}) => {
    const trust = read([{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }], 'trust');
    const principal = { kind: 'service', service: 'iot.amazonaws.com' } as const;
    const request = { principal, action: 'sts:AssumeRole', resource: role, context: contextOf(values) };
    return decide({ identity: [], resource: trust }, request).allowed;
  };

  it.each([
    ['names the service', { Principal: { Service: 'iot.amazonaws.com' } }, true],
    [
      'names several services',
      { Principal: { Service: ['lambda.amazonaws.com', 'iot.amazonaws.com'] } },
      true,
    ],
    ['names another service', { Principal: { Service: 'lambda.amazonaws.com' } }, false],
    ['names an account', { Principal: { AWS: '111122223333' } }, false],
    [
      'allows something else',
      { Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:TagSession' },
      false,
    ],
  ])('%s', (_, statement, expected) => {
    expect(trusts(statement)).toBe(expected);
  });

  it('may hold for one source only (IAM user guide, "The confused deputy problem")', () => {
    const Principal = { Service: 'iot.amazonaws.com' };
    const Condition = { ArnLike: { 'aws:SourceArn': 'arn:aws:iot:*:*:rule/lend' } };
    const from = (rule: string) => ({ 'aws:SourceArn': `arn:aws:iot:eu-west-1:111122223333:rule/${rule}` });
    expect(trusts({ Principal, Condition }, from('lend'))).toBe(true);
    expect(trusts({ Principal, Condition }, from('sell'))).toBe(false);
  });
});

describe('what the twin cannot evaluate is refused by name', () => {
  const statement = { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' };
  const condition = (Condition: object) => ({ ...statement, Condition });
  it.each<[what: string, document: object, kind?: PolicyKind]>([
    ['Version 2012-10-17', { Version: '2020-01-01', Statement: statement }],
    ['has Policies', { Statement: statement, Policies: [] }],
    ['has Principal', { Statement: { ...statement, Principal: '*' } }],
    ['has NotPrincipal', { Statement: { ...statement, NotPrincipal: '*' } }, 'resource'],
    ['must have Principal', { Statement: statement }, 'resource'],
    ['principal Federated', { Statement: { ...statement, Principal: { Federated: 'x' } } }, 'resource'],
    ['Effect Allow or Deny', { Statement: { ...statement, Effect: 'allow' } }],
    ['must have Action', { Statement: { Effect: 'Allow', Resource: '*' } }],
    ['must have Resource', { Statement: { Effect: 'Allow', Action: '*' } }],
    ['both Action and NotAction', { Statement: { ...statement, NotAction: 'sqs:*' } }],
    ['both Resource and NotResource', { Statement: { ...statement, NotResource: '*' } }],
    ['the action GetItem', { Statement: { ...statement, Action: 'GetItem' } }],
    ['the resource Books', { Statement: { ...statement, Resource: 'Books' } }],
    ['DateLessThan', { Statement: condition({ DateLessThan: { 'aws:RequestedRegion': '2030' } }) }],
    ['IpAddress', { Statement: condition({ IpAddress: { 'aws:RequestedRegion': '10.0.0.0/8' } }) }],
    ['BinaryEquals', { Statement: condition({ BinaryEquals: { 'aws:RequestedRegion': 'YQ==' } }) }],
    ['StringNearly', { Statement: condition({ StringNearly: { 'aws:RequestedRegion': 'x' } }) }],
    ['aws:SourceIp', { Statement: condition({ StringEquals: { 'aws:SourceIp': 'x' } }) }],
    ['aws:PrincipalTag/team', { Statement: condition({ StringEquals: { 'aws:PrincipalTag/team': 'x' } }) }],
    ['needs ForAllValues', { Statement: condition({ StringEquals: { 'dynamodb:LeadingKeys': 'x' } }) }],
    ['true or false under Null', { Statement: condition({ Null: { 'aws:username': 'maybe' } }) }],
  ])('%s', (what, document, kind = 'identity') => {
    const bad = (why: string) => new Error(why);
    expect(() => readDocument({ Version: '2012-10-17', ...document }, { kind, place: 'P', bad })).toThrow(
      what,
    );
  });

  it.each([
    ['a variable without a value here', 'table/${aws:userid}', '${aws:userid}'],
    ['a variable of several values', 'table/${dynamodb:LeadingKeys}', 'several values'],
  ])('%s', (_, name, what) => {
    const Resource = `arn:aws:dynamodb:eu-west-1:111122223333:${name}`;
    expect(() => read([{ ...statement, Resource }], 'identity')).toThrow(what);
  });

  it('a variable before the fifth colon', () => {
    const Resource = 'arn:aws:dynamodb:${aws:RequestedRegion}:111122223333:table/Books';
    expect(() => read([{ ...statement, Resource }], 'identity')).toThrow('before the fifth colon');
  });

  it('a variable under an operator that takes none', () => {
    const Condition = { NumericEquals: { 'aws:RequestedRegion': '${aws:username}' } };
    expect(() => read([{ ...statement, Condition }], 'identity')).toThrow('a variable under NumericEquals');
  });
});

it('a context key without a value in the twin is known to have none', () => {
  expect(keyKind('aws:sourceip')).toBeUndefined();
});
