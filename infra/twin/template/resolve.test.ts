import { describe, expect, it } from 'vitest';
import { resolveTemplate } from './resolve.ts';
import type { Template } from './template.ts';

const place = {
  stackName: 'Lab',
  region: 'eu-central-1',
  webSocketAuthority: '127.0.0.1:1',
  sqsAuthority: '127.0.0.1:2',
  issuerAuthority: '127.0.0.1:3',
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
    [{ 'Fn::Base64': { Ref: 'AWS::Region' } }, 'ZXUtY2VudHJhbC0x'],
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

describe('a condition', () => {
  const Parameters = { Size: { Type: 'Number', Default: 5 } };
  const isLarge = { 'Fn::Equals': [{ Ref: 'Size' }, '5'] };
  const isWest = { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-west-2'] };
  /** Whether something under this condition is there. */
  const holds = (condition: unknown): boolean => {
    const Conditions = { Large: isLarge, West: isWest, It: condition };
    const Resources = { It: { ...queue(), Condition: 'It' } };
    return resolve({ Parameters, Conditions, Resources }).resources.length === 1;
  };

  it.each<[unknown, boolean]>([
    [isLarge, true],
    [isWest, false],
    [{ Condition: 'Large' }, true],
    [{ 'Fn::Not': [{ Condition: 'Large' }] }, false],
    [{ 'Fn::And': [{ Condition: 'Large' }, isWest] }, false],
    [{ 'Fn::And': [{ Condition: 'Large' }, isLarge] }, true],
    [{ 'Fn::Or': [{ Condition: 'Large' }, isWest] }, true],
    [{ 'Fn::Or': [isWest, { Condition: 'West' }] }, false],
  ])('%j is %s', (condition, expected) => {
    expect(holds(condition)).toBe(expected);
  });

  it('chooses values, resources and outputs', () => {
    const Conditions = { Large: isLarge, West: isWest };
    const Resources = {
      Large: { ...queue({ Size: { 'Fn::If': ['Large', 'L', 'S'] } }), Condition: 'Large' },
      West: { ...queue({ Size: { 'Fn::If': ['West', 'L', { Ref: 'AWS::NoValue' }] } }) },
      Gone: { ...queue(), Condition: 'West' },
    };
    const Outputs = { A: { Value: 'a', Condition: 'Large' }, B: { Value: 'b', Condition: 'West' } };
    const { resources, outputs } = resolve({ Parameters, Conditions, Resources, Outputs });
    expect(resources.map(({ logicalId, properties }) => [logicalId, properties])).toEqual([
      ['Large', { Size: 'L' }],
      ['West', {}],
    ]);
    expect(outputs).toEqual({ A: 'a' });
  });

  it('that does not hold leaves nothing to refer to', () => {
    const Conditions = { West: isWest };
    const Resources = { Gone: { ...queue(), Condition: 'West' }, It: queue({ Url: { Ref: 'Gone' } }) };
    expect(() => resolve({ Conditions, Resources })).toThrow(/Resources\.It.*"Gone".*under its condition/);
  });

  it.each<[string, unknown, RegExp]>([
    ['unknown_condition', { Condition: 'Nothing' }, /Conditions\.It.*"Nothing"/],
    ['circular_reference', { Condition: 'It' }, /"It" depends on itself/],
    ['bad_intrinsic', 'yes', /Conditions\.It/],
    ['bad_intrinsic', { 'Fn::And': isWest }, /Fn::And/],
    ['unknown_intrinsic', { 'Fn::Contains': [[], 'a'] }, /Fn::Contains/],
  ])('%s: %j is refused by name and place', (code, condition, naming) => {
    expect(() => holds(condition)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(naming) as string }) as Error,
    );
  });
});

describe('a mapping', () => {
  const Mappings = { Sizes: { 'eu-central-1': { queue: 'wide' } } };
  const found = (...keys: unknown[]) =>
    resolve({ Mappings, Resources: { It: queue({ Size: { 'Fn::FindInMap': ['Sizes', ...keys] } }) } })
      .resources[0]?.properties['Size'];

  it('gives the value under two keys', () => {
    expect(found({ Ref: 'AWS::Region' }, 'queue')).toBe('wide');
  });

  it('without such a value is refused', () => {
    expect(() => found('eu-central-1', 'toString')).toThrow(/Fn::FindInMap at Resources\.It/);
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

  it('in a template with transforms is refused', () => {
    expect(() => resolve({ Transform: 'AWS::Serverless-2016-10-31', Resources: {} })).toThrow(/Transform/);
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

describe('what names a resource', () => {
  const attributesOf = (Type: string, Properties: object, ...names: string[]) => {
    const Outputs = Object.fromEntries(
      ['Ref', ...names].map((name) => [
        name.replace(/\W/g, ''),
        { Value: name === 'Ref' ? { Ref: 'It' } : { 'Fn::GetAtt': ['It', name] } },
      ]),
    );
    const Resources = { It: { Type, Properties: { ...Properties } } };
    return Object.values(resolve({ Resources, Outputs }).outputs);
  };
  const fn = { FunctionName: 'ring' };
  const arnOf = (service: string, rest: string) => `arn:aws:${service}:eu-central-1:000000000000:${rest}`;

  it.each<[string, object, string[], (string | RegExp)[]]>([
    ['AWS::Lambda::Version', fn, ['Version'], [arnOf('lambda', 'function:ring:1'), '1']],
    [
      'AWS::Lambda::Alias',
      { ...fn, Name: 'live' },
      ['AliasArn'],
      [arnOf('lambda', 'function:ring:live'), arnOf('lambda', 'function:ring:live')],
    ],
    [
      'AWS::S3::Bucket',
      {},
      ['Arn', 'RegionalDomainName'],
      ['lab-it', 'arn:aws:s3:::lab-it', 'lab-it.s3.eu-central-1.amazonaws.com'],
    ],
    [
      'AWS::CloudFront::Distribution',
      {},
      ['DomainName'],
      [/^[0-9A-Z]{14}$/, /^d[0-9a-z]{14}\.cloudfront\.net$/],
    ],
    ['AWS::SNS::Topic', { TopicName: 'bells' }, ['TopicName'], [arnOf('sns', 'bells'), 'bells']],
    ['AWS::CloudWatch::Alarm', {}, ['Arn'], ['Lab-It', arnOf('cloudwatch', 'alarm:Lab-It')]],
    ['AWS::KMS::Key', {}, ['Arn'], [/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, /:key\/[0-9a-f-]{36}$/]],
    ['AWS::SSM::Parameter', { Name: '/lab/a', Value: 'v', Type: 'String' }, ['Value'], ['/lab/a', 'v']],
    ['AWS::IoT::ThingType', { ThingTypeName: 'bell' }, ['Arn'], ['bell', arnOf('iot', 'thingtype/bell')]],
    ['Custom::Ringer', {}, ['Tone.Pitch'], ['Lab-It', 'It.Tone.Pitch']],
    ['AWS::CloudFormation::CustomResource', {}, ['Tone'], ['Lab-It', 'It.Tone']],
  ])('%s %j: Ref and %j', (type, properties, names, expected) => {
    const found = attributesOf(type, properties, ...names);
    expect(found).toEqual(
      expected.map((each) => (typeof each === 'string' ? each : (expect.stringMatching(each) as string))),
    );
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
