/** One case of how AWS decides, with the page of its documentation that says so. */
export type Case = {
  readonly name: string;
  /** Statements of the role's policies; `Version` is 2012-10-17 unless told. */
  readonly identity?: readonly object[];
  /** Statements of the resource's policy. */
  readonly resource?: readonly object[];
  readonly version?: string;
  readonly action?: string;
  readonly arn?: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  readonly expected: 'allowed' | 'explicit deny' | 'implicit deny';
  /** The page of the IAM user guide, or of another guide where that is named, and what it says. */
  readonly source: string;
};

export const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Books';
export const session = 'arn:aws:sts::111122223333:assumed-role/Librarian/lend';
export const role = 'arn:aws:iam::111122223333:role/Librarian';

const allow = (statement: object = {}): object => ({
  Effect: 'Allow',
  Action: 'dynamodb:GetItem',
  Resource: table,
  ...statement,
});
const deny = (statement: object = {}): object => ({ ...allow(statement), Effect: 'Deny' });
const when = (Condition: object): readonly object[] => [allow({ Condition })];
/** A statement with NotAction or NotResource in the place of what it negates. */
const not = (statement: object): object => {
  const { Action, Resource, ...others } = allow() as { Action: string; Resource: string };
  const action = 'NotAction' in statement ? {} : { Action };
  const resource = 'NotResource' in statement ? {} : { Resource };
  return { ...others, ...action, ...resource, ...statement };
};

const logic = 'Policy evaluation logic: ';
const logicCases: readonly Case[] = [
  {
    name: 'nothing is allowed by default',
    identity: [],
    expected: 'implicit deny',
    source: `${logic}"By default, all requests are implicitly denied"`,
  },
  {
    name: 'an Allow overrides the default',
    identity: [allow()],
    expected: 'allowed',
    source: `${logic}"An explicit allow in an identity-based or resource-based policy overrides this default."`,
  },
  {
    name: 'a Deny overrides an Allow before it',
    identity: [allow(), deny()],
    expected: 'explicit deny',
    source: `${logic}"An explicit deny in any policy overrides any allows."`,
  },
  {
    name: 'a Deny overrides an Allow after it',
    identity: [deny(), allow()],
    expected: 'explicit deny',
    source: `${logic}"An explicit deny in any policy overrides any allows."`,
  },
  {
    name: 'a Deny overrides however wide an Allow',
    identity: [allow({ Action: '*', Resource: '*' }), deny()],
    expected: 'explicit deny',
    source: `${logic}"If the code finds even one explicit deny that applies, the code returns a final decision of Deny."`,
  },
  {
    name: 'a Deny of something else denies nothing',
    identity: [allow(), deny({ Action: 'dynamodb:PutItem' })],
    expected: 'allowed',
    source: `${logic}"the enforcement code looks for a Deny statement that applies to the request"`,
  },
  {
    name: 'a Deny alone is explicit',
    identity: [deny()],
    expected: 'explicit deny',
    source:
      'The difference between explicit and implicit denies: "if an applicable policy includes a Deny statement"',
  },
  {
    name: 'a Deny whose condition does not hold does not apply',
    identity: [allow(), deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    context: { 'aws:SecureTransport': 'true' },
    expected: 'allowed',
    source: 'Condition operators, Bool: the example that denies requests without TLS',
  },
  {
    name: 'a Deny whose condition holds applies',
    identity: [allow(), deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    context: { 'aws:SecureTransport': 'false' },
    expected: 'explicit deny',
    source: 'Condition operators, Bool: the example that denies requests without TLS',
  },
  {
    name: 'statements add up',
    identity: [allow({ Action: 'dynamodb:PutItem' }), allow()],
    expected: 'allowed',
    source: `${logic}"If any statement in any applicable identity-based policies allows the requested action"`,
  },
];

const element = 'IAM JSON policy elements: Action: ';
const actionCases: readonly Case[] = [
  ...(
    [
      ['the action itself', 'dynamodb:GetItem', 'dynamodb:GetItem', true],
      ['another action', 'dynamodb:PutItem', 'dynamodb:GetItem', false],
      ['an action of which it is the beginning', 'dynamodb:Get', 'dynamodb:GetItem', false],
      ['prefix and name in other case', 'DYNAMODB:getitem', 'dynamodb:GetItem', true],
      ['all of a service', 'dynamodb:*', 'dynamodb:GetItem', true],
      ['all of another service', 'sqs:*', 'dynamodb:GetItem', false],
      ['everything', '*', 'dynamodb:GetItem', true],
      ['a wildcard at the end', 'dynamodb:Get*', 'dynamodb:GetItem', true],
      ['a wildcard at the end that stands for nothing', 'dynamodb:GetItem*', 'dynamodb:GetItem', true],
      ['a wildcard within', 'dynamodb:*Item', 'dynamodb:BatchGetItem', true],
      ['a wildcard on both sides', 'dynamodb:*Get*', 'dynamodb:BatchGetItem', true],
      ['a wildcard that does not fit', 'dynamodb:Get*', 'dynamodb:BatchGetItem', false],
      ['one character', 'dynamodb:?etItem', 'dynamodb:GetItem', true],
      ['one character for none', 'dynamodb:GetItem?', 'dynamodb:GetItem', false],
    ] as const
  ).map(([name, Action, action, fits]): Case => ({
    name: `Action names ${name}`,
    identity: [allow({ Action })],
    action,
    expected: fits ? 'allowed' : 'implicit deny',
    source: `${element}"The prefix and the action name are case insensitive"; "You can also use wildcards (*)"`,
  })),
  {
    name: 'one action of several is enough',
    identity: [allow({ Action: ['sqs:SendMessage', 'dynamodb:GetItem'] })],
    expected: 'allowed',
    source: `${element}"You can specify multiple values for the Action element."`,
  },
  {
    name: 'a batch is an action of its own',
    identity: [allow({ Action: 'dynamodb:GetItem' })],
    action: 'dynamodb:BatchGetItem',
    expected: 'implicit deny',
    source: 'Service Authorization Reference, DynamoDB: BatchGetItem needs dynamodb:BatchGetItem',
  },
  {
    name: 'NotAction with Allow allows what it does not list',
    identity: [not({ NotAction: 'dynamodb:DeleteTable' })],
    expected: 'allowed',
    source: 'IAM JSON policy elements: NotAction: "matches everything except the specified list of actions"',
  },
  {
    name: 'NotAction with Allow does not allow what it lists',
    identity: [not({ NotAction: ['dynamodb:GetItem', 'sqs:*'] })],
    expected: 'implicit deny',
    source: 'IAM JSON policy elements: NotAction: "actions that are listed are not allowed"',
  },
  {
    name: 'NotAction with Deny denies what it does not list',
    identity: [allow({ Action: '*' }), not({ Effect: 'Deny', NotAction: 'iam:*' })],
    expected: 'explicit deny',
    source: 'IAM JSON policy elements: NotAction: "deny access to all of the actions not listed"',
  },
  {
    name: 'NotAction with Deny allows nothing by itself',
    identity: [not({ Effect: 'Deny', NotAction: 'dynamodb:GetItem' })],
    expected: 'implicit deny',
    source:
      'IAM JSON policy elements: NotAction: "does not grant … it only denies"; listed actions still need an Allow',
  },
];

const wildcards = 'IAM JSON policy elements: Resource, "Using wildcards in resource ARNs": ';
const resourceCases: readonly Case[] = [
  ...(
    [
      ['the ARN itself', table, table, true],
      ['another', 'arn:aws:dynamodb:eu-west-1:111122223333:table/Films', table, false],
      ['everything', '*', table, true],
      ['the name in other case', 'arn:aws:dynamodb:eu-west-1:111122223333:table/books', table, false],
      ['an ARN that goes on', table, `${table}/index/byAuthor`, false],
      ['the indexes', `${table}/index/*`, `${table}/index/byAuthor`, true],
      ['the indexes, not the table', `${table}/index/*`, table, false],
      ['table and indexes by a wildcard', `${table}*`, `${table}/index/byAuthor`, true],
      ['slashes by a wildcard', 'arn:aws:dynamodb:eu-west-1:111122223333:*', `${table}/index/a`, true],
      ['one character', 'arn:aws:dynamodb:eu-west-1:111122223333:table/Book?', table, true],
      ['one character for two', 'arn:aws:dynamodb:eu-west-1:111122223333:table/Boo?', table, false],
      ['any region', 'arn:aws:dynamodb:*:111122223333:table/Books', table, true],
      ['any account', 'arn:aws:dynamodb:eu-west-1:*:table/Books', table, true],
      ['another account', 'arn:aws:dynamodb:eu-west-1:444455556666:table/Books', table, false],
      ['regions of a kind', 'arn:aws:dynamodb:eu-*:111122223333:table/Books', table, true],
      ['several wildcards in a segment', 'arn:aws:dynamodb:eu-west-1:111122223333:t*e/*k*', table, true],
      ['a wildcard that ends a segment, beyond the colon', 'arn:aws:dynamodb:*', table, true],
      [
        'a wildcard within a segment, not beyond the colon',
        'arn:aws:dynamodb:e*t-1:table/Books',
        table,
        false,
      ],
      [
        'a stage and any method and connection',
        'arn:aws:execute-api:eu-west-1:111122223333:api/live/*/@connections/*',
        'arn:aws:execute-api:eu-west-1:111122223333:api/live/POST/@connections/L0SM9cOFvHcCIhw=',
        true,
      ],
      [
        'another stage',
        'arn:aws:execute-api:eu-west-1:111122223333:api/live/*/@connections/*',
        'arn:aws:execute-api:eu-west-1:111122223333:api/test/POST/@connections/L0SM9cOFvHcCIhw=',
        false,
      ],
      [
        'a log group by its ARN, and the streams in it',
        'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/lend:*',
        'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/lend:log-stream:2026/11/21/[$LATEST]0',
        true,
      ],
    ] as const
  ).map(([name, Resource, arn, fits]): Case => ({
    name: `Resource names ${name}`,
    identity: [allow({ Resource })],
    arn,
    expected: fits ? 'allowed' : 'implicit deny',
    source: `${wildcards}"(*) … any combination of characters", "(?) … any single character", within segments; "If the * wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon boundaries."`,
  })),
  {
    name: 'one resource of several is enough',
    identity: [allow({ Resource: ['arn:aws:sqs:eu-west-1:111122223333:q', table] })],
    expected: 'allowed',
    source: 'IAM JSON policy elements: Resource: "You can specify multiple resources."',
  },
  {
    name: 'a wildcard in the request is a character',
    identity: [allow({ Resource: `${table}/index/byAuthor` })],
    arn: `${table}/index/*`,
    expected: 'implicit deny',
    source: `${wildcards}wildcards are those of the policy`,
  },
  {
    name: 'NotResource with Allow allows what it does not list',
    identity: [not({ NotResource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Films' })],
    expected: 'allowed',
    source: 'IAM JSON policy elements: NotResource: "matches every resource except those specified"',
  },
  {
    name: 'NotResource with Allow does not allow what it lists',
    identity: [not({ NotResource: [table, `${table}/*`] })],
    expected: 'implicit deny',
    source: 'IAM JSON policy elements: NotResource: "matches every resource except those specified"',
  },
  {
    name: 'NotResource with Deny denies all others',
    identity: [allow(), not({ Effect: 'Deny', NotResource: 'arn:aws:dynamodb:*:*:table/Films' })],
    expected: 'explicit deny',
    source: 'IAM JSON policy elements: NotResource: "to deny access to all of the resources not listed"',
  },
  {
    name: 'NotResource with Deny leaves alone what it lists',
    identity: [allow(), not({ Effect: 'Deny', NotResource: table })],
    expected: 'allowed',
    source: 'IAM JSON policy elements: NotResource: "matches every resource except those specified"',
  },
];

const operators = 'Condition operators, ';
const absentIsFalse = '"If the key … is not present …, the values do not match and the condition is false"';
const absentIsTrueNegated = 'Negated and "the right key is not present, the condition is true"';
const absentIsTrueIfExists = 'IfExists: "If the key is not present, evaluate the condition element as true."';
const presentIsProcessed = 'IfExists: "If the policy key is present …, process the key as specified"';
const forAllValuesOfNone =
  'multivalued context keys, the example that denies by ForAllValues: without the key it is a match';
const forAnyValueOfNone = 'multivalued context keys, ForAnyValue: false "if there are no context keys"';
const operatorCases: readonly Case[] = (
  [
    // operator, wanted, given (undefined: the key is absent), holds
    ['StringEquals', 'eu-west-1', 'eu-west-1', true, 'String: "Exact matching, case sensitive"'],
    ['StringEquals', 'EU-west-1', 'eu-west-1', false, 'String: "Exact matching, case sensitive"'],
    ['StringEquals', 'eu-*', 'eu-west-1', false, 'String: only StringLike takes wildcards'],
    [
      'StringEquals',
      ['us-east-1', 'eu-west-1'],
      'eu-west-1',
      true,
      'several values of a key are a logical OR',
    ],
    ['StringEquals', 'eu-west-1', undefined, false, absentIsFalse],
    ['StringNotEquals', 'eu-west-1', 'eu-west-1', false, 'String: "Negated matching"'],
    ['StringNotEquals', 'eu-west-1', 'us-east-1', true, 'String: "Negated matching"'],
    [
      'StringNotEquals',
      ['us-east-1', 'eu-west-1'],
      'eu-west-1',
      false,
      'several values negated are a logical NOR',
    ],
    ['StringNotEquals', 'eu-west-1', undefined, true, absentIsTrueNegated],
    ['StringEqualsIgnoreCase', 'EU-WEST-1', 'eu-west-1', true, 'String: "Exact matching, ignoring case"'],
    [
      'StringNotEqualsIgnoreCase',
      'EU-WEST-1',
      'eu-west-1',
      false,
      'String: "Negated matching, ignoring case"',
    ],
    ['StringLike', 'eu-*', 'eu-west-1', true, 'String: "multi-character match wildcards (*)"'],
    ['StringLike', 'eu-west-?', 'eu-west-1', true, 'String: "single-character match wildcards (?)"'],
    ['StringLike', 'EU-*', 'eu-west-1', false, 'String: "Case-sensitive matching"'],
    [
      'StringLike',
      'eu',
      'eu-west-1',
      false,
      'String: "You must specify wildcards to achieve partial string matches."',
    ],
    ['StringNotLike', 'eu-*', 'eu-west-1', false, 'String: "Negated case-sensitive matching"'],
    ['StringNotLike', 'us-*', 'eu-west-1', true, 'String: "Negated case-sensitive matching"'],
    ['StringNotLike', 'us-*', undefined, true, absentIsTrueNegated],
    ['StringEqualsIfExists', 'eu-west-1', undefined, true, absentIsTrueIfExists],
    ['StringEqualsIfExists', 'eu-west-1', 'us-east-1', false, presentIsProcessed],
    ['StringNotEqualsIfExists', 'eu-west-1', undefined, true, absentIsTrueIfExists],
    ['Null', 'true', undefined, true, 'Null: "true (the key doesn\'t exist — it is null)"'],
    ['Null', 'true', 'eu-west-1', false, 'Null: "true (the key doesn\'t exist — it is null)"'],
    ['Null', 'false', 'eu-west-1', true, 'Null: "false (the key exists and its value is not null)"'],
    ['Null', 'false', undefined, false, 'Null: "false (the key exists and its value is not null)"'],
    ['NumericEquals', '10', '10.0', true, 'Numeric: comparing "to an integer or decimal value"'],
    ['NumericNotEquals', '10', '11', true, 'Numeric: "Negated matching"'],
    ['NumericLessThan', '10', '10', false, 'Numeric: "Less than" matching'],
    ['NumericLessThanEquals', '10', '10', true, 'Numeric: "Less than or equals" matching'],
    ['NumericGreaterThan', '10', '9', false, 'Numeric: "Greater than" matching'],
    ['NumericGreaterThanEquals', '10', '100', true, 'Numeric: numbers, not texts'],
    ['NumericLessThan', '10', 'ten', false, 'Numeric: a value that is no number fits none'],
    ['NumericLessThan', '10', undefined, false, absentIsFalse],
    ['NumericNotEquals', '10', undefined, true, absentIsTrueNegated],
    ['NumericLessThanIfExists', '10', undefined, true, absentIsTrueIfExists],
    ['NumericLessThanIfExists', '10', '9', true, presentIsProcessed],
    ['NumericLessThanIfExists', '10', '10', false, presentIsProcessed],
    ['Bool', 'true', undefined, false, absentIsFalse],
    ['Bool', 'false', undefined, false, absentIsFalse],
    ['BoolIfExists', 'true', undefined, true, absentIsTrueIfExists],
    ['BoolIfExists', 'false', undefined, true, absentIsTrueIfExists],
    ['BoolIfExists', 'true', 'true', true, presentIsProcessed],
    ['BoolIfExists', 'true', 'false', false, presentIsProcessed],
  ] as const
).map(([operator, wanted, given, holds, source], n): Case => ({
  name: `${n + 1}: ${operator} ${JSON.stringify(wanted)} of ${given ?? 'no value'}`,
  identity: when({ [operator]: { 'aws:RequestedRegion': wanted } }),
  context: given === undefined ? {} : { 'aws:RequestedRegion': given },
  expected: holds ? 'allowed' : 'implicit deny',
  source: `${operators}${source}`,
}));

const region = 'aws:RequestedRegion';
const tls = 'aws:SecureTransport';
const leadingKeys = 'dynamodb:LeadingKeys';
/** The key that a Deny asks for is not in the request; a condition that is true all the same denies it. */
const absentKeyCases: readonly Case[] = (
  [
    // operator, key, wanted, denies
    ['StringEquals', region, 'eu-west-1', false, absentIsFalse],
    ['StringNotEquals', region, 'eu-west-1', true, absentIsTrueNegated],
    ['StringNotLike', region, 'eu-*', true, absentIsTrueNegated],
    ['ArnNotLike', 'aws:SourceArn', 'arn:aws:iot:*:*:rule/lend', true, absentIsTrueNegated],
    ['StringEqualsIfExists', region, 'eu-west-1', true, absentIsTrueIfExists],
    ['StringNotEqualsIfExists', region, 'eu-west-1', true, absentIsTrueIfExists],
    ['Bool', tls, 'false', false, absentIsFalse],
    ['BoolIfExists', tls, 'false', true, absentIsTrueIfExists],
    ['NumericLessThanIfExists', region, '10', true, absentIsTrueIfExists],
    ['ForAllValues:StringNotLike', leadingKeys, 'key1*', true, forAllValuesOfNone],
    ['ForAllValues:StringEquals', leadingKeys, 'a', true, forAllValuesOfNone],
    ['ForAnyValue:StringEquals', leadingKeys, 'a', false, forAnyValueOfNone],
    ['ForAnyValue:StringNotEquals', leadingKeys, 'a', false, forAnyValueOfNone],
  ] as const
).map(([operator, key, wanted, denies, source]): Case => ({
  name: `a Deny under ${operator} ${wanted} of ${key}, which is absent`,
  identity: [allow(), deny({ Condition: { [operator]: { [key]: wanted } } })],
  expected: denies ? 'explicit deny' : 'allowed',
  source: `${operators}${source}`,
}));

const someService = 'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt';
const arnCases: readonly Case[] = (
  [
    ['ArnLike', 'arn:aws:iot:*:111122223333:rule/*', 'arn:aws:iot:eu-west-1:111122223333:rule/lend', true],
    ['ArnEquals', 'arn:aws:iot:*:111122223333:rule/*', 'arn:aws:iot:eu-west-1:111122223333:rule/lend', true],
    ['ArnLike', 'arn:aws:someservice:*:111122223333:finance/*', someService, false],
    ['StringLike', 'arn:aws:someservice:*:111122223333:finance/*', someService, true],
    [
      'ArnNotLike',
      'arn:aws:iot:*:111122223333:rule/*',
      'arn:aws:iot:eu-west-1:111122223333:rule/lend',
      false,
    ],
    ['ArnNotEquals', 'arn:aws:iot:*:*:rule/other', 'arn:aws:iot:eu-west-1:111122223333:rule/lend', true],
    [
      'ArnLike',
      'arn:aws:iot:*:111122223333:rule/LEND',
      'arn:aws:iot:eu-west-1:111122223333:rule/lend',
      false,
    ],
    ['ArnLikeIfExists', 'arn:aws:iot:*:*:rule/lend', undefined, true],
    ['ArnNotLike', 'arn:aws:iot:*:*:rule/lend', undefined, true],
  ] as const
).map(([operator, wanted, given, holds], n): Case => ({
  name: `${n + 1}: ${operator} ${wanted} of ${given ?? 'no value'}`,
  identity: when({ [operator]: { 'aws:SourceArn': wanted } }),
  context: given === undefined ? {} : { 'aws:SourceArn': given },
  expected: holds ? 'allowed' : 'implicit deny',
  source: `${operators}ARN: "Each of the six colon-delimited components of the ARN is checked separately"; the example with someservice`,
}));

const blocks = 'Condition with multiple keys or values: ';
const conditionCases: readonly Case[] = [
  {
    name: 'every key of an operator must fit',
    identity: when({ StringEquals: { 'aws:RequestedRegion': 'eu-west-1', 'aws:PrincipalAccount': 'other' } }),
    context: { 'aws:RequestedRegion': 'eu-west-1', 'aws:PrincipalAccount': '111122223333' },
    expected: 'implicit deny',
    source: `${blocks}multiple keys are evaluated "using a logical AND"`,
  },
  {
    name: 'every operator must hold',
    identity: when({
      StringEquals: { 'aws:RequestedRegion': 'eu-west-1' },
      Bool: { 'aws:SecureTransport': 'true' },
    }),
    context: { 'aws:RequestedRegion': 'eu-west-1', 'aws:SecureTransport': 'false' },
    expected: 'implicit deny',
    source: `${blocks}multiple operators are evaluated "using a logical AND"`,
  },
  {
    name: 'names of keys are in any case',
    identity: when({ StringEquals: { 'AWS:requestedregion': 'eu-west-1' } }),
    context: { 'aws:RequestedRegion': 'eu-west-1' },
    expected: 'allowed',
    source: 'Variables and tags: "Key names are case-insensitive."',
  },
  {
    name: 'Bool takes a JSON boolean as well',
    identity: when({ Bool: { 'aws:SecureTransport': true } }),
    context: { 'aws:SecureTransport': 'true' },
    expected: 'allowed',
    source:
      'Grammar of the IAM JSON policy language: condition values may be "string", "number" or "Boolean"',
  },
];

const sets = 'Set operators for multivalued context keys: ';
const setCases: readonly Case[] = (
  [
    [
      'ForAllValues:StringEquals',
      ['a', 'b'],
      ['a'],
      true,
      'every value of the request matches one of the policy',
    ],
    [
      'ForAllValues:StringEquals',
      ['a', 'b'],
      ['a', 'c'],
      false,
      'every value of the request matches one of the policy',
    ],
    [
      'ForAllValues:StringEquals',
      ['a'],
      undefined,
      true,
      '"It also returns true if there are no context keys in the request"',
    ],
    ['ForAllValues:StringLike', ['user-*'], ['user-1', 'user-2'], true, 'StringLike for wildcards'],
    [
      'ForAnyValue:StringEquals',
      ['a', 'b'],
      ['c', 'b'],
      true,
      'at least one value of the request matches one of the policy',
    ],
    [
      'ForAnyValue:StringEquals',
      ['a', 'b'],
      ['c'],
      false,
      'at least one value of the request matches one of the policy',
    ],
    ['ForAnyValue:StringEquals', ['a'], undefined, false, 'false without the key'],
    [
      'ForAnyValue:StringNotEquals',
      ['a'],
      ['a', 'b'],
      true,
      'at least one value of the request matches none of the policy',
    ],
    [
      'ForAnyValue:StringNotEquals',
      ['a', 'b'],
      ['a', 'b'],
      false,
      'at least one value of the request matches none of the policy',
    ],
    ['ForAnyValue:StringNotEquals', ['a'], undefined, false, 'false without the key'],
    [
      'ForAnyValue:StringEqualsIfExists',
      ['a'],
      undefined,
      false,
      'false without the key, also with IfExists (AWS re:Post, "ForAnyValue:StringEqualsIfExists behaving unexpectedly")',
    ],
    ['ForAllValues:StringEqualsIfExists', ['a'], undefined, true, 'true without the key'],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true, 'negated matching of each value'],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'a'], false, 'negated matching of each value'],
  ] as const
).map(([operator, wanted, given, holds, source], n): Case => ({
  name: `${n + 1}: ${operator} ${wanted.join()} of ${given?.join() ?? 'no value'}`,
  identity: when({ [operator]: { 'dynamodb:LeadingKeys': wanted } }),
  context: given === undefined ? {} : { 'dynamodb:LeadingKeys': given },
  expected: holds ? 'allowed' : 'implicit deny',
  source: `${sets}${source}`,
}));

const variables = 'Variables and tags: ';
const accountTable = 'arn:aws:dynamodb:eu-west-1:111122223333:table/${aws:PrincipalAccount}';
const variableCases: readonly Case[] = [
  {
    name: 'a variable in Resource takes its value from the request',
    identity: [allow({ Resource: accountTable })],
    context: { 'aws:PrincipalAccount': 'Books' },
    expected: 'allowed',
    source: `${variables}"When the policy is evaluated, the policy variables are replaced with values …"`,
  },
  {
    name: 'a variable in Resource with another value fits something else',
    identity: [allow({ Resource: accountTable })],
    context: { 'aws:PrincipalAccount': 'Films' },
    expected: 'implicit deny',
    source: `${variables}"When the policy is evaluated, the policy variables are replaced with values …"`,
  },
  {
    name: 'a wildcard in a value is a character',
    identity: [allow({ Resource: accountTable })],
    context: { 'aws:PrincipalAccount': '*' },
    expected: 'implicit deny',
    source: `${variables}special characters; a value of the request is no pattern`,
  },
  {
    name: 'a statement with a variable without a value does not apply',
    identity: [allow({ Resource: [table, 'arn:aws:dynamodb:eu-west-1:111122223333:table/${aws:username}'] })],
    expected: 'implicit deny',
    source: `${variables}"any attempt to match it fails and causes the statement to be invalid"`,
  },
  {
    name: 'a Deny with a variable without a value does not apply',
    identity: [
      allow(),
      deny({ Resource: [table, 'arn:aws:dynamodb:eu-west-1:111122223333:table/${aws:username}'] }),
    ],
    expected: 'allowed',
    source: `${variables}"any attempt to match it fails and causes the statement to be invalid"`,
  },
  {
    name: 'a Deny whose variable stands in a negated condition, without a value, does not apply',
    identity: [allow(), deny({ Condition: { StringNotEquals: { [region]: '${aws:username}' } } })],
    context: { [region]: 'x' },
    expected: 'allowed',
    source: `${variables}"any attempt to match it fails and causes the statement to be invalid"`,
  },
  {
    name: 'a default stands in for a missing value',
    identity: [allow({ Resource: "arn:aws:dynamodb:eu-west-1:111122223333:table/${aws:username, 'Books'}" })],
    expected: 'allowed',
    source: `${variables}"Specifying default values"`,
  },
  {
    name: 'a default gives way to a value',
    identity: [allow({ Resource: "arn:aws:dynamodb:eu-west-1:111122223333:table/${aws:username, 'Books'}" })],
    context: { 'aws:username': 'Films' },
    expected: 'implicit deny',
    source: `${variables}"Specifying default values"`,
  },
  {
    name: 'before version 2012-10-17 a variable is just text',
    identity: [allow({ Resource: accountTable })],
    version: '2008-10-17',
    context: { 'aws:PrincipalAccount': 'Books' },
    expected: 'implicit deny',
    source: `${variables}"variables like \${aws:username} are treated as literal strings"`,
  },
  {
    name: 'the star as a character fits a star',
    identity: [allow({ Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/${*}' })],
    arn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/*',
    expected: 'allowed',
    source: `${variables}"\${*} - use where you need an * (asterisk) character."`,
  },
  {
    name: 'the star as a character fits nothing else',
    identity: [allow({ Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/${*}' })],
    expected: 'implicit deny',
    source: `${variables}"\${*} - use where you need an * (asterisk) character."`,
  },
  {
    name: 'the question mark as a character fits no other',
    identity: [allow({ Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Book${?}' })],
    expected: 'implicit deny',
    source: `${variables}"\${?} - use where you need an ? (question mark) character."`,
  },
  {
    name: 'the dollar sign as a character',
    identity: [allow({ Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/${$}Books' })],
    arn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/$Books',
    expected: 'allowed',
    source: `${variables}"\${$} - use where you need a $ (dollar sign) character."`,
  },
  {
    name: 'a variable in a condition takes its value from the request',
    identity: when({ StringEquals: { 'aws:RequestedRegion': '${aws:PrincipalAccount}' } }),
    context: { 'aws:RequestedRegion': 'x', 'aws:PrincipalAccount': 'x' },
    expected: 'allowed',
    source: `${variables}"in any condition that involves the string operators or the ARN operators"`,
  },
  {
    name: 'a statement whose condition has a variable without a value does not apply',
    identity: when({ StringNotEquals: { 'aws:RequestedRegion': '${aws:username}' } }),
    context: { 'aws:RequestedRegion': 'x' },
    expected: 'implicit deny',
    source: `${variables}"any attempt to match it fails and causes the statement to be invalid"`,
  },
];

const single = 'Policy evaluation for requests within a single account: ';
const principal = 'AWS JSON policy elements: Principal: ';
const grant = (Principal: unknown, statement: object = {}): object => ({ ...allow(statement), Principal });
const resourceBasedCases: readonly Case[] = [
  ...(
    [
      ['everybody', '*', true],
      ['everybody of AWS', { AWS: '*' }, true],
      ['the role', { AWS: role }, true],
      ['the session', { AWS: session }, true],
      ['one of several', { AWS: ['arn:aws:iam::111122223333:role/Other', role] }, true],
      ['another role', { AWS: 'arn:aws:iam::111122223333:role/Other' }, false],
      ['a part of the role by a wildcard', { AWS: 'arn:aws:iam::111122223333:role/*' }, false],
      ['the account', { AWS: '111122223333' }, false],
      ['the account by its root', { AWS: 'arn:aws:iam::111122223333:root' }, false],
      ['a service', { Service: 'sns.amazonaws.com' }, false],
    ] as const
  ).map(([name, Principal, allows]): Case => ({
    name: `a resource-based policy for ${name}`,
    resource: [grant(Principal)],
    expected: allows ? 'allowed' : 'implicit deny',
    source: `${single}"If either the identity-based policy or the resource-based policy within the same account allows the request and the other doesn't, the request is still allowed."; ${principal}account principals delegate to the account's own policies, wildcards stand for everybody only`,
  })),
  {
    name: 'the role is allowed by its own policy where the resource names its account',
    identity: [allow()],
    resource: [grant({ AWS: '111122223333' })],
    expected: 'allowed',
    source: `${principal}account principals`,
  },
  {
    name: 'the resource says nothing, the role may',
    identity: [allow()],
    resource: [],
    expected: 'allowed',
    source: `${single}at least one Allow of either kind`,
  },
  {
    name: 'the resource denies what the role may',
    identity: [allow()],
    resource: [{ ...grant('*'), Effect: 'Deny' }],
    expected: 'explicit deny',
    source: `${single}"An explicit deny in any of the policies overrides the allow."`,
  },
  {
    name: 'the resource denies its whole account what the role may',
    identity: [allow()],
    resource: [{ ...grant({ AWS: '111122223333' }), Effect: 'Deny' }],
    expected: 'explicit deny',
    source: `${principal}a Deny for an account is one for all in it`,
  },
  {
    name: 'the resource denies somebody else',
    identity: [allow()],
    resource: [{ ...grant({ AWS: 'arn:aws:iam::111122223333:role/Other' }), Effect: 'Deny' }],
    expected: 'allowed',
    source: `${single}only what applies to the principal counts`,
  },
  {
    name: 'the role is denied what the resource allows',
    identity: [deny()],
    resource: [grant('*')],
    expected: 'explicit deny',
    source: `${single}"An explicit deny in any of the policies overrides the allow."`,
  },
  {
    name: 'the resource allows another action',
    resource: [grant('*', { Action: 'dynamodb:Query' })],
    expected: 'implicit deny',
    source: `${single}at least one Allow for the request`,
  },
  {
    name: 'the resource allows under a condition that does not hold',
    resource: [
      grant('*', {
        Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/Other' } },
      }),
    ],
    context: { 'aws:PrincipalArn': role },
    expected: 'implicit deny',
    source: 'AWS global condition context keys, aws:PrincipalArn: of a session it is the ARN of the role',
  },
  {
    name: 'the resource allows under a condition that holds',
    resource: [grant('*', { Condition: { ArnEquals: { 'aws:PrincipalArn': role } } })],
    context: { 'aws:PrincipalArn': role },
    expected: 'allowed',
    source: 'AWS global condition context keys, aws:PrincipalArn: of a session it is the ARN of the role',
  },
];

/** How AWS decides, by what its documentation says. */
export const cases: readonly Case[] = [
  ...logicCases,
  ...actionCases,
  ...resourceCases,
  ...operatorCases,
  ...absentKeyCases,
  ...arnCases,
  ...conditionCases,
  ...setCases,
  ...variableCases,
  ...resourceBasedCases,
];
