import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { bootTwin, type Twin } from '../boot.ts';
import { scaledClock } from '../clock.ts';
import { gardening, greenhouse, greenhouseWith, lambdaRole } from '../greenhouse.testing.ts';
import { accessKeyIdOf } from '../lambda/functionEnvironment.ts';
import { freePort } from '../listen.ts';
import type { Template, TemplateResource } from '../template/template.ts';

const host = '127.0.0.1';
const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const table = arn('dynamodb', 'table/greenhouse-Gardeners');

type Booted = Twin & {
  ports: Record<'webSocket' | 'dynamodb' | 'sqs' | 'mqtt', number>;
  lines: string[];
  logged: string[];
  /** Settings of an SDK client that calls as a function, or as the developer. */
  as: (
    caller: string,
    port: 'webSocket' | 'dynamodb' | 'sqs',
    path?: string,
  ) => DynamoDBClientConfig & { endpoint: string };
};

const running: Twin[] = [];
afterEach(async () => {
  for (const twin of running.splice(0)) await twin.close();
});

const boot = async (template: Template): Promise<Booted> => {
  const [webSocket = 0, dynamodb = 0, sqs = 0, mqtt = 0] = await Promise.all(
    [1, 2, 3, 4].map(() => freePort(host)),
  );
  const ports = { webSocket, dynamodb, sqs, mqtt };
  const lines: string[] = [];
  const logged: string[] = [];
  const twin = await bootTwin({
    stack: { name: 'greenhouse', template, assetFolder: () => undefined },
    ports,
    clock: scaledClock(100),
    report: (line) => void lines.push(line),
    log: ({ line }) => void logged.push(line),
  });
  running.push(twin);
  const as: Booted['as'] = (caller, port, path = '') => ({
    endpoint: `http://${host}:${ports[port]}${path}`,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: {
      accessKeyId: caller === 'developer' ? caller : accessKeyIdOf(`greenhouse-${caller}`),
      secretAccessKey: 'x',
    },
  });
  return { ...twin, ports, lines, logged, as };
};

/** The greenhouse whose functions may do only this. */
const withGrants = (
  grants: readonly (readonly [actions: unknown, resource: unknown])[],
  changes: Record<string, TemplateResource> = {},
) => boot(greenhouseWith({ Role: lambdaRole(...grants), ...changes }));

const reading = { bed: 7, moisture: 12 };
const publish = async ({ ports }: Booted, of: object = reading): Promise<void> => {
  const device = await connectAsync(`mqtt://${host}:${ports.mqtt}`, { reconnectPeriod: 0 }, false);
  await device.publishAsync('moisture/north/beds', JSON.stringify(of), { qos: 1 });
  await device.endAsync();
};

const user = (name: string) =>
  `User: arn:aws:sts::000000000000:assumed-role/greenhouse-Role/greenhouse-${name}`;
const refused = (name: string, action: string, resource: string, shown = action) =>
  `${user(name)} is not authorized to perform: ${shown} on resource: ${resource} ` +
  `because no identity-based policy allows the ${shown} action`;
const advice = (name: string, action: string, resource: string) =>
  `greenhouse-${name} may not ${action} on ${resource}: no policy of its role greenhouse-Role allows it; ` +
  `add {"Effect":"Allow","Action":"${action}","Resource":"${resource}"}.`;

const Key = { connectionId: { S: 'c' } };

describe('a table', () => {
  const TableName = 'greenhouse-Gardeners';

  it('refuses a function what its role does not allow, in the words of DynamoDB, and says on the terminal what to add', async () => {
    const twin = await withGrants([['dynamodb:GetItem', { 'Fn::GetAtt': ['Gardeners', 'Arn'] }]]);
    const client = new DynamoDBClient(twin.as('Watch', 'dynamodb'));
    await client.send(new GetItemCommand({ TableName, Key }));
    for (let n = 0; n < 2; n += 1)
      await expect(client.send(new PutItemCommand({ TableName, Item: Key }))).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: refused('Watch', 'dynamodb:PutItem', table),
        $metadata: { httpStatusCode: 400 },
      });
    expect(twin.lines).toEqual([advice('Watch', 'dynamodb:PutItem', table)]);
    expect(twin.access.denied()).toEqual({ 'dynamodb:PutItem': 2 });
    client.destroy();
  });

  it('does not ask the developer for permissions', async () => {
    const twin = await withGrants([]);
    const client = new DynamoDBClient(twin.as('developer', 'dynamodb'));
    await expect(client.send(new GetItemCommand({ TableName, Key }))).resolves.toBeDefined();
    client.destroy();
  });

  it('wants the index named by who queries it, and an action of its own for a batch', async () => {
    const twin = await withGrants([
      [['dynamodb:GetItem', 'dynamodb:Query'], { 'Fn::GetAtt': ['Gardeners', 'Arn'] }],
    ]);
    const client = new DynamoDBClient(twin.as('Alarm', 'dynamodb'));
    const query = new QueryCommand({
      TableName,
      IndexName: 'byHouse',
      KeyConditionExpression: 'house = :house',
      ExpressionAttributeValues: { ':house': { S: 'north' } },
    });
    await expect(client.send(query)).rejects.toThrow(
      refused('Alarm', 'dynamodb:Query', `${table}/index/byHouse`),
    );
    const batch = new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } });
    await expect(client.send(batch)).rejects.toThrow(refused('Alarm', 'dynamodb:BatchGetItem', table));
    client.destroy();
  });

  it('may be for the rows of some leading keys only', async () => {
    const role = lambdaRole();
    const Condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'bed-*' } };
    const isThere = { Null: { 'dynamodb:LeadingKeys': 'false' } };
    const Resource = { 'Fn::GetAtt': ['Gardeners', 'Arn'] };
    const statement = {
      Effect: 'Allow',
      Action: 'dynamodb:*',
      Resource,
      Condition: { ...Condition, ...isThere },
    };
    const Policies = [
      { PolicyName: 'Beds', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
    ];
    const twin = await boot(
      greenhouseWith({ Role: { ...role, Properties: { ...role.Properties, Policies } } }),
    );
    const client = new DynamoDBClient(twin.as('Watch', 'dynamodb'));
    const put = (id: string) =>
      client.send(new PutItemCommand({ TableName, Item: { connectionId: { S: id } } }));
    await put('bed-7');
    await expect(put('door-1')).rejects.toThrow('dynamodb:PutItem');
    await expect(client.send(new ScanCommand({ TableName }))).rejects.toThrow('dynamodb:Scan');
    client.destroy();
  });
});

describe('a queue', () => {
  const queue = arn('sqs', 'greenhouse-Failures');
  const send = (twin: Booted, caller: string) => {
    const client = new SQSClient(twin.as(caller, 'sqs'));
    const QueueUrl = twin.outputs['FailuresUrl'];
    return client
      .send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))
      .finally(() => client.destroy());
  };
  const policy = (statement: object): TemplateResource => ({
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: 'Failures' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'sqs:*', Resource: { 'Fn::GetAtt': ['Failures', 'Arn'] }, ...statement }],
      },
    },
  });
  const theRole = { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } };

  it('refuses a function what its role does not allow, in the words of SQS', async () => {
    const twin = await withGrants([]);
    await expect(send(twin, 'Watch')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: refused('Watch', 'sqs:SendMessage', queue, 'sqs:sendmessage'),
      $metadata: { httpStatusCode: 403 },
    });
    expect(twin.lines).toEqual([advice('Watch', 'sqs:SendMessage', queue)]);
    await send(twin, 'developer');
  });

  it('takes what its own policy allows', async () => {
    const twin = await withGrants([], { FailuresPolicy: policy({ Effect: 'Allow', Principal: theRole }) });
    await expect(send(twin, 'Watch')).resolves.toBeDefined();
  });

  it('refuses what its own policy denies, whatever the role may', async () => {
    const twin = await withGrants([['sqs:*', '*']], {
      FailuresPolicy: policy({ Effect: 'Deny', Principal: theRole }),
    });
    await expect(send(twin, 'Watch')).rejects.toThrow('with an explicit deny in a resource-based policy');
    expect(twin.lines).toEqual([
      `greenhouse-Watch may not sqs:SendMessage on ${queue}: FailuresPolicy, statement 1, denies it.`,
    ]);
  });

  it('that wants TLS is content, as on AWS everything comes by it', async () => {
    const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
    const twin = await withGrants([['sqs:SendMessage', '*']], {
      FailuresPolicy: policy({ Effect: 'Deny', Principal: '*', Condition }),
    });
    await expect(send(twin, 'Watch')).resolves.toBeDefined();
  });
});

it('@connections refuses a function what its role does not allow, in the words of API Gateway', async () => {
  const twin = await withGrants([]);
  const client = new ApiGatewayManagementApiClient(twin.as('Alarm', 'webSocket', '/garden'));
  const post = (id: string) => client.send(new PostToConnectionCommand({ ConnectionId: id, Data: 'x' }));
  const resource = /execute-api:us-east-1:\*{8}0000:\w+\/garden\/POST\/@connections\/\{connectionId\}/;
  for (const id of ['L0SM9cOFvHcCIhw=', 'L0SM9cOFvHcCIhx='])
    await expect(post(id)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(resource) as string,
      $metadata: { httpStatusCode: 403 },
    });
  expect(twin.lines).toHaveLength(1); // Of all connections together.
  expect(twin.lines[0]).toMatch(
    /"Resource":"arn:aws:execute-api:us-east-1:0{12}:\w+\/garden\/POST\/@connections\/\*"/,
  );
  client.destroy();
});

describe('what services do by a role is refused without it:', () => {
  it('the lines that a function writes are lost', async () => {
    const twin = await withGrants(gardening.filter(([actions]) => !String(actions).includes('logs:')));
    await publish(twin, { ...reading, moisture: -1 });
    await expect
      .poll(() => twin.lines, { timeout: 10_000 })
      .toContainEqual(
        advice('Alarm', 'logs:CreateLogStream', arn('logs', 'log-group:greenhouse-AlarmLogs:*')),
      );
    expect(twin.logged).toEqual([]);
  });

  it('a destination does not get what a function failed on', async () => {
    const twin = await withGrants(gardening.filter(([actions]) => actions !== 'sqs:SendMessage'));
    await publish(twin, { ...reading, moisture: -1 });
    await expect
      .poll(() => twin.lines.join('\n'), { timeout: 10_000 })
      .toMatch(/no destination took .*greenhouse-Alarm is not authorized to perform: sqs:sendmessage/);
    expect(twin.messagesIn(twin.outputs['FailuresUrl'] ?? '')).toEqual([]);
  });

  it('a function is not fed from its queue', async () => {
    const twin = await withGrants([['logs:*', '*']], {
      Orders: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 900 } },
      Feed: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': ['Orders', 'Arn'] },
          FunctionName: { Ref: 'Watch' },
        },
      },
    });
    const client = new SQSClient(twin.as('developer', 'sqs'));
    const QueueUrl = `http://${host}:${twin.ports.sqs}/000000000000/greenhouse-Orders`;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const orders = arn('sqs', 'greenhouse-Orders');
    await expect
      .poll(() => twin.lines, { timeout: 10_000 })
      .toContain(advice('Watch', 'sqs:GetQueueAttributes', orders));
    expect(twin.messagesIn(orders)).toEqual(['x']);
    client.destroy();
  });

  /** A rule that sends to a queue by a role that some service may assume. */
  const rule = (service: string, actions: string): Record<string, TemplateResource> => {
    const { Properties = {}, ...role } = lambdaRole([actions, { 'Fn::GetAtt': ['Failures', 'Arn'] }]);
    const trust = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = { Version: '2012-10-17', Statement: [trust] };
    const Sqs = { QueueUrl: { Ref: 'Failures' }, RoleArn: { 'Fn::GetAtt': ['RuleRole', 'Arn'] } };
    const Sql = "SELECT * FROM 'moisture/+/beds'";
    const TopicRulePayload = { AwsIotSqlVersion: '2016-03-23', Sql, Actions: [{ Sqs }] };
    return {
      RuleRole: { ...role, Properties: { ...Properties, AssumeRolePolicyDocument } },
      DryRule: { Type: 'AWS::IoT::TopicRule', Properties: { RuleName: 'keep', TopicRulePayload } },
      RuleMayAlarm: { Type: 'AWS::Lambda::Permission', Properties: {} },
    };
  };
  const kept = (twin: Booted) => twin.messagesIn(twin.outputs['FailuresUrl'] ?? '');

  it('a rule sends by a role that allows it', async () => {
    const twin = await withGrants(gardening, rule('iot.amazonaws.com', 'sqs:SendMessage'));
    await publish(twin);
    expect(kept(twin)).toEqual([JSON.stringify(reading)]);
  });

  it('a rule does not send by a role that does not allow it', async () => {
    const twin = await withGrants(gardening, rule('iot.amazonaws.com', 'sqs:ReceiveMessage'));
    await publish(twin);
    expect(kept(twin)).toEqual([]);
    expect(twin.lines.join('\n')).toMatch(
      /Rule keep lost .*assumed-role\/greenhouse-RuleRole\/keep is not authorized/,
    );
  });

  it('a rule does not send by a role that AWS IoT may not assume', async () => {
    const twin = await withGrants(gardening, rule('lambda.amazonaws.com', 'sqs:SendMessage'));
    await publish(twin);
    expect(kept(twin)).toEqual([]);
    expect(twin.lines.join('\n')).toContain('iot.amazonaws.com may not assume role greenhouse-RuleRole');
  });
});

describe('a stack is not booted', () => {
  const role = (properties: object): Template =>
    greenhouseWith({
      Role: { Type: 'AWS::IAM::Role', Properties: { ...lambdaRole().Properties, ...properties } },
    });
  const trust = { Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' };
  it.each<[what: string, template: Template, message: string]>([
    [
      'with a function whose role Lambda may not assume',
      role({ AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] } }),
      'AWS::Lambda::Function "Door": Role cannot be assumed by Lambda',
    ],
    [
      'with a function whose role is another stack’s',
      greenhouseWith({
        Door: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            ...greenhouse.Resources['Door']?.Properties,
            Role: 'arn:aws:iam::000000000000:role/x',
          },
        },
      }),
      'AWS::Lambda::Function "Door": Role must be the ARN of a role of the template',
    ],
    [
      'with a permissions boundary',
      role({ PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
      'AWS::IAM::Role "Role": PermissionsBoundary is not evaluated by the twin',
    ],
    [
      'with a policy of AWS’s that the twin does not know',
      role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
      'names arn:aws:iam::aws:policy/AdministratorAccess, which the twin does not know',
    ],
  ])('%s', async (_, template, message) => {
    await expect(boot(template)).rejects.toThrow(message);
  });
});

describe('a role', () => {
  const statement = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' };
  const document = { Version: '2012-10-17', Statement: statement };
  const { Policies: _, ...bare } = lambdaRole().Properties ?? {};
  const get = async (twin: Booted) => {
    const client = new DynamoDBClient(twin.as('Watch', 'dynamodb'));
    return client
      .send(new GetItemCommand({ TableName: 'greenhouse-Gardeners', Key }))
      .finally(() => client.destroy());
  };
  const managed = (properties: object): TemplateResource => ({
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { PolicyDocument: document, ...properties },
  });
  const role = (properties: object): TemplateResource => ({
    Type: 'AWS::IAM::Role',
    Properties: { ...bare, ...properties },
  });

  it.each<[what: string, changes: Record<string, TemplateResource>]>([
    [
      'by a policy that names it',
      {
        Role: role({}),
        Reading: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: 'reading', PolicyDocument: document, Roles: [{ Ref: 'Role' }] },
        },
      },
    ],
    ['by a managed policy that names it', { Role: role({}), Reading: managed({ Roles: [{ Ref: 'Role' }] }) }],
    [
      'by a managed policy that it names',
      { Role: role({ ManagedPolicyArns: [{ Ref: 'Reading' }] }), Reading: managed({}) },
    ],
    [
      'under a path',
      { Role: role({ Path: '/beds/', Policies: [{ PolicyName: 'p', PolicyDocument: document }] }) },
    ],
  ])('gets its rights %s', async (_name, changes) => {
    await expect(get(await boot(greenhouseWith(changes)))).resolves.toBeDefined();
  });

  it('that nothing here works by is listed by name, and its policies are not read', async () => {
    const strange = { Effect: 'Allow', Action: '*', Resource: '*', Condition: { DateLessThan: {} } };
    const Policies = [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: strange } }];
    const { notRun } = await boot(greenhouseWith({ Deployer: role({ Policies }) }));
    expect(notRun).toContainEqual({
      type: 'AWS::IAM::Role',
      count: 1,
      meaning: 'nothing here works by greenhouse-Deployer',
    });
  });
});
