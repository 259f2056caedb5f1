import { describe, expect, it } from 'vitest';
import { resolveTemplate } from './resolve.ts';
import type { Template } from './template.ts';

const place = {
  stackName: 'Lab',
  region: 'eu-central-1',
  webSocketAuthority: '127.0.0.1:1',
  sqsAuthority: '127.0.0.1:2',
};
const resolve = (template: Template) => resolveTemplate(template, place);

const queue = (Properties: Record<string, unknown> = {}) => ({ Type: 'AWS::SQS::Queue', Properties });
/** What `value` resolves to inside a template with a queue called Letters. */
const valueOf = (value: unknown): unknown =>
  resolve({ Resources: { Letters: queue({ QueueName: 'letters' }), It: queue({ Tags: [value] }) } })
    .resources[1]?.properties['Tags'];
const arn = 'arn:aws:sqs:eu-central-1:000000000000:letters';

describe('an intrinsic', () => {
  it.each<[unknown, unknown]>([
    [{ Ref: 'AWS::Region' }, 'eu-central-1'],
    [{ Ref: 'AWS::StackName' }, 'Lab'],
    [{ Ref: 'Letters' }, 'http://127.0.0.1:2/000000000000/letters'],
    [{ 'Fn::GetAtt': ['Letters', 'Arn'] }, arn],
    [{ 'Fn::GetAtt': 'Letters.Arn' }, arn],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Partition' }, 1]] }, 'a-aws-1'],
    [{ 'Fn::Join': ['', { 'Fn::Split': ['b', 'abc'] }] }, 'ac'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ 'Fn::Sub': '${AWS::Region}/${Letters.QueueName}/${!Kept}' }, 'eu-central-1/letters/${Kept}'],
    [{ 'Fn::Sub': ['${a}', { a: { Ref: 'AWS::Region' } }] }, 'eu-central-1'],
    [
      { Ref: 'Letters', Other: 1 },
      { Ref: 'Letters', Other: 1 },
    ],
  ])('%j becomes %j', (value, expected) => {
    expect(valueOf(value)).toEqual([expected]);
  });

  it('AWS::NoValue leaves out what holds it', () => {
    expect(valueOf({ Ref: 'AWS::NoValue' })).toEqual([]);
    expect(valueOf({ kept: 1, gone: { Ref: 'AWS::NoValue' } })).toEqual([{ kept: 1 }]);
  });

  it('a parameter becomes its default', () => {
    const template = {
      Parameters: { Size: { Type: 'Number', Default: 5 } },
      Resources: { It: queue({ Size: { Ref: 'Size' } }) },
    };
    expect(resolve(template).resources[0]?.properties).toEqual({ Size: 5 });
  });

  it.each<[string, unknown, RegExp]>([
    ['unknown_intrinsic', { 'Fn::ImportValue': 'x' }, /Fn::ImportValue.*Resources\.It\.Properties\.Tags\.0/],
    ['unknown_reference', { Ref: 'Nothing' }, /Resources\.It\.Properties\.Tags\.0.*Nothing/],
    ['unknown_attribute', { 'Fn::GetAtt': ['Letters', 'Colour'] }, /Letters\.Colour/],
    ['bad_intrinsic', { 'Fn::Join': 'x' }, /Fn::Join/],
    ['bad_intrinsic', { 'Fn::Select': [9, ['a']] }, /Fn::Select/],
  ])('%s: %j is refused by name and place', (code, value, naming) => {
    expect(() => valueOf(value)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(naming) as string }) as Error,
    );
  });
});

describe('a resource', () => {
  it('of a type that the twin does not know is refused by name and type', () => {
    expect(() => resolve({ Resources: { Cluster: { Type: 'AWS::ECS::Cluster' } } })).toThrow(
      /Cluster.*AWS::ECS::Cluster/,
    );
  });

  it('of a type that is named like a property of every object is refused', () => {
    expect(() => resolve({ Resources: { It: { Type: 'constructor' } } })).toThrow(
      /does not know constructor/,
    );
  });

  it('in a template with transforms or conditions is refused', () => {
    expect(() => resolve({ Transform: 'AWS::Serverless-2016-10-31', Resources: {} })).toThrow(/Transform/);
    expect(() => resolve({ Conditions: {}, Resources: {} })).toThrow(/Conditions/);
  });

  it('under a condition is refused', () => {
    expect(() => resolve({ Resources: { It: { ...queue(), Condition: 'Prod' } } })).toThrow(/Condition.*It/);
  });

  it('may be named after another', () => {
    const Resources = { B: queue({ QueueName: { 'Fn::GetAtt': ['A', 'QueueName'] } }), A: queue() };
    expect(resolve({ Resources }).resources[0]?.ref).toBe('http://127.0.0.1:2/000000000000/Lab-A');
  });

  it('may not be named after itself', () => {
    const Resources = { A: queue({ QueueName: { 'Fn::GetAtt': ['A', 'QueueName'] } }) };
    expect(() => resolve({ Resources })).toThrow(/"A" depends on itself/);
  });

  it('keeps its id from run to run', () => {
    const Resources = { Api: { Type: 'AWS::ApiGatewayV2::Api' } };
    expect(resolve({ Resources }).resources[0]?.ref).toMatch(/^[a-z0-9]{10}$/);
    expect(resolve({ Resources })).toEqual(resolve({ Resources }));
  });
});

it('an address of AWS that a template joins from pieces becomes a local one', () => {
  const joined = (scheme: string) => ({
    'Fn::Join': [
      '',
      [
        `${scheme}://`,
        { Ref: 'Api' },
        '.execute-api.',
        { Ref: 'AWS::Region' },
        '.',
        { Ref: 'AWS::URLSuffix' },
        '/live',
      ],
    ],
  });
  const { outputs } = resolve({
    Resources: { Api: { Type: 'AWS::ApiGatewayV2::Api' } },
    Outputs: { Socket: { Value: joined('wss') }, Callback: { Value: joined('https') } },
  });
  expect(outputs).toEqual({ Socket: 'ws://127.0.0.1:1/live', Callback: 'http://127.0.0.1:1/live' });
});
