import { describe, expect, it } from 'vitest';
import type { Resource } from '../resource.ts';
import { denial, functionNameOf, readPermissions, type Caller } from './resourcePolicy.ts';

const permission = (properties: Record<string, unknown>): Resource => ({
  logicalId: 'Allow',
  type: 'AWS::Lambda::Permission',
  ref: 'Allow',
  properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: 'arn:aws:lambda:eu-west-1:0:function:f',
    Principal: 'iot.amazonaws.com',
    ...properties,
  },
});

const caller: Caller = {
  principal: 'iot.amazonaws.com',
  sourceArn: 'arn:aws:iot:eu-west-1:0:rule/Rule1',
  sourceAccount: '0',
};

const refused = (properties: Record<string, unknown>, by: Caller = caller) =>
  denial(
    readPermissions([permission(properties)], () => undefined),
    'f',
    by,
  ) !== undefined;

describe('a permission lets in', () => {
  it.each<[string, Record<string, unknown>]>([
    ['its principal', {}],
    ['any principal with *', { Principal: '*' }],
    ['a function given by name', { FunctionName: 'f' }],
    ['a function given with its version', { FunctionName: 'f:$LATEST' }],
    ['a source ARN that fits, * crossing slashes', { SourceArn: 'arn:aws:iot:*Rule1' }],
    ['a source ARN with ? for one character', { SourceArn: 'arn:aws:iot:eu-west-1:0:rule/Rule?' }],
    ['the source account', { SourceAccount: '0' }],
  ])('%s', (_, properties) => expect(refused(properties)).toBe(false));
});

describe('a permission does not let in', () => {
  it.each<[string, Record<string, unknown>, Caller?]>([
    ['another principal', { Principal: 'apigateway.amazonaws.com' }],
    ['to another function', { FunctionName: 'g' }],
    ['for another action', { Action: 'lambda:GetFunction' }],
    ['another source ARN', { SourceArn: 'arn:aws:iot:eu-west-1:0:rule/Rule2' }],
    ['a longer source ARN', { SourceArn: 'arn:aws:iot:eu-west-1:0:rule/Rule' }],
    ['a dot that stands for any character', { SourceArn: 'arn.aws:iot:eu-west-1:0:rule/Rule1' }],
    ['another account', { SourceAccount: '1' }],
    ['a caller without a source ARN', { SourceArn: '*' }, { principal: 'iot.amazonaws.com' }],
    ['under a condition the twin cannot check', { PrincipalOrgID: 'o-1' }],
  ])('%s', (_, properties, by) => expect(refused(properties, by)).toBe(true));
});

it('a condition the twin cannot check is reported', () => {
  const reports: string[] = [];
  readPermissions([permission({ PrincipalOrgID: 'o-1' })], (sentence) => reports.push(sentence));
  expect(reports).toEqual(['AWS::Lambda::Permission "Allow": PrincipalOrgID is not honoured by the twin']);
});

it.each([
  ['f', 'f'],
  ['f:live', 'f'],
  ['arn:aws:lambda:eu-west-1:0:function:f', 'f'],
  ['arn:aws:lambda:eu-west-1:0:function:f:$LATEST', 'f'],
])('%s names function %s', (given, name) => expect(functionNameOf(given)).toBe(name));
