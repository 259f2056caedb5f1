import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { isGrant } from '../fanout/grants.ts';
import { handlerNames } from './handlers.ts';

/** An Origin is compared exactly, so it must be written as browsers send it: no path, no final slash. */
const origin = z
  .url({ protocol: /^https?$/ })
  .refine((url) => URL.canParse(url) && new URL(url).origin === url, {
    error: 'expected an origin such as https://dashboard.example.com, without a path or a final slash',
  });

/** Names of this machine, which http may be trusted with. */
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const isFarHttp = (given: string): boolean => {
  const { protocol, hostname } = new URL(given);
  return protocol === 'http:' && !loopback.has(hostname);
};

/** Whether Cognito sends users back to a page of this origin: by https, or by http to `localhost` (CreateUserPoolClient). */
export const canComeBackTo = (given: string): boolean =>
  given.startsWith('https://') || /^http:\/\/localhost(:\d+)?$/.test(given);

const httpsUrl = z.url({ protocol: /^https$/ });

/** Cognito's rules for group names hold for every grant but their length (API reference, CreateGroup). */
const group = z
  .string()
  .max(128)
  .refine(isGrant, { error: 'expected "*" or a grant such as "region:eu-west"' });

/** A number for some of the functions. */
const perFunction = (most: number) =>
  z.partialRecord(z.enum(handlerNames), z.int().min(1).max(most)).default({});

const ingest = {
  /** How the rule hands readings to the filter: `direct`, one invocation each, or by a `queue`, which batches up to 1 s of them. */
  ingest: z.enum(['direct', 'queue']).default('direct'),
  /** Whether devices may get a certificate of their own by a claim certificate. Whoever has the claim can make devices. */
  fleetProvisioning: z.boolean().default(false),
};

const admission = {
  /** The one issuer whose tokens open a WebSocket; its keys are at `{issuer}/.well-known/jwks.json`. Without it the stack has a user pool. */
  issuer: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !url.endsWith('/'), { error: 'expected no final slash' })
    .optional(),
  /** The `aud` that a token of that issuer must have. */
  audience: z.string().min(1).optional(),
  /** Where the hosted page signs users of that issuer in; without it, it cannot. */
  signIn: z
    .strictObject({
      authorizeUrl: httpsUrl,
      tokenUrl: httpsUrl,
      logoutUrl: httpsUrl,
      revokeUrl: httpsUrl.optional(),
      clientId: z.string().min(1),
    })
    .optional(),
  /** Other pages that may open a WebSocket, as browsers send them in Origin. */
  allowedOrigins: z.array(origin).default([]),
  /** Sets up usage plans, and demands a key of every client that sends no Origin. All numbers are for handshakes with one key. */
  apiKeys: z
    .strictObject({
      handshakesPerSecond: z.number().positive().max(500).default(10),
      burst: z.int().min(1).max(500).default(20),
      perDay: z.int().min(1).optional(),
    })
    .optional(),
};

/** Of the user pool; they mean nothing beside an `issuer`. */
const users = {
  /** Groups, and so grants, to begin with. */
  groups: z
    .array(group)
    .refine((names) => new Set(names).size === names.length, { error: 'expected each name once' })
    .default(['*']),
  /** Whether everybody must have a second factor, an authenticator app, or may. */
  mfa: z.enum(['optional', 'required']).default('optional'),
  /** Whether Cognito refuses leaked passwords and odd sign-ins. It makes every monthly user cost more (the Plus plan). */
  threatProtection: z.boolean().default(false),
  /** Whether the user pool stays when the stack is deleted, with its users and groups, but without its client and its sign-in page. */
  keepUsers: z.boolean().default(true),
  /** What the address of the sign-in page begins with; made of the stack's id by default. */
  signInPrefix: z
    .string()
    .regex(
      /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      'expected lower-case letters, digits and hyphens, at most 63',
    )
    .refine((prefix) => !/aws|amazon|cognito/.test(prefix), {
      error: 'Cognito reserves "aws", "amazon" and "cognito"',
    })
    .optional(),
};

const page = {
  /** Whether the stack hosts the dashboard. */
  hosting: z.boolean().default(true),
  /** The page's own name, e.g. `live.example.com`, whose DNS record is yours to make. */
  domainName: z.hostname().optional(),
  /** A certificate for it, in us-east-1, where CloudFront looks for it. */
  certificateArn: z
    .string()
    .regex(
      /^arn:aws[\w-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
      'expected an ACM certificate in us-east-1',
    )
    .optional(),
};

const behaviour = {
  /** How long the filter remembers the subscriptions of a target, in ms (0–20,000): a function waits as long at each `subscribe`. */
  subscriptionCacheMs: z.int().min(0).max(20_000).default(1_000),
  /** How long readings are kept for `history` and `since`, in minutes (1–1,440). */
  historyMinutes: z.int().min(1).max(1_440).default(60),
};

const operation = {
  /** What each route takes of all viewers together. Posts to viewers count against the same quota of the account, 10,000 a second. */
  throttle: z
    .strictObject({
      requestsPerSecond: z.number().positive().max(10_000).default(2_500),
      burst: z.int().min(1).max(5_000).default(2_500),
    })
    .prefault({}),
  /** How many of a function may run at once, which it also has for itself. */
  reservedConcurrency: perFunction(1_000),
  /** How many environments of a function are kept started. */
  provisionedConcurrency: perFunction(1_000),
  /** Whether functions tell X-Ray what took how long. */
  tracing: z.boolean().default(false),
  /** The least that functions log. `DEBUG` has a line an invocation; none has what devices or viewers say, nor a token. */
  logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
  /** For how long logs are kept. */
  logRetentionDays: z
    .literal([
      1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ])
    .default(14),
  /** Whether to set the role by which all of the account's APIs in this region write access logs. Not, if it is set already. */
  apiGatewayLogRole: z.boolean().default(true),
};

const watching = {
  /** Who is told of alarms, and of the budget; has to confirm it by a mail from AWS. Alarms are there without. */
  alarmEmail: z.email().optional(),
  /** US dollars that the account may cost a month, before `alarmEmail` is told. */
  monthlyBudgetUsd: z.number().positive().optional(),
  /** Whether no reading in ten minutes is an alarm: for fleets that are never silent. */
  expectReadings: z.boolean().default(false),
  /** How long a reading may take from the rules engine until it is pushed, in ms (100–60,000): more at p99 is an alarm. */
  slowPushMs: z.int().min(100).max(60_000).default(3_000),
  /** New WebSocket connections a second that AWS allows the account in this region; 80 % of it is an alarm. */
  newConnectionsQuota: z.int().min(1).default(500),
  /** API Gateway requests a second that AWS allows the account in this region; 80 % of it is an alarm. */
  requestsQuota: z.int().min(1).default(10_000),
  /** Where alarms say that the runbook is: a path in this repository, or a URL of your copy. */
  runbook: z.string().min(1).default('docs/runbook.md'),
};

/** Each setting by itself; {@link parseSettings} also checks those that belong together. */
export const settingsSchema = z.strictObject({
  ...ingest,
  ...admission,
  ...users,
  ...page,
  ...behaviour,
  ...operation,
  ...watching,
});

type Checked = z.infer<typeof settingsSchema>;

const isDefault = (setting: keyof typeof users, given: Checked): boolean =>
  isDeepStrictEqual(given[setting], users[setting].parse(undefined));

/** What is wrong between settings that are right by themselves, by the setting to mend. */
const rules: { setting: keyof Checked; error: string; isBroken: (given: Checked) => boolean }[] = [
  {
    setting: 'audience',
    error: 'expected with an issuer, and not without',
    isBroken: ({ issuer, audience }) => (issuer === undefined) !== (audience === undefined),
  },
  {
    setting: 'signIn',
    error: 'is for an issuer of your own; the user pool brings its sign-in',
    isBroken: ({ signIn, issuer }) => signIn !== undefined && issuer === undefined,
  },
  {
    setting: 'signIn',
    error: 'is for the hosted page; leave hosting on',
    isBroken: ({ signIn, hosting }) => signIn !== undefined && !hosting,
  },
  ...(Object.keys(users) as (keyof typeof users)[]).map((setting) => ({
    setting,
    error: 'is for the user pool, which a stack with an issuer does not have; leave it out',
    isBroken: (given: Checked) => given.issuer !== undefined && !isDefault(setting, given),
  })),
  {
    setting: 'domainName',
    error: 'is for the hosted page; leave hosting on',
    isBroken: ({ domainName, hosting }) => domainName !== undefined && !hosting,
  },
  {
    setting: 'certificateArn',
    error: 'expected with a domainName, and not without',
    isBroken: ({ domainName, certificateArn }) =>
      (domainName === undefined) !== (certificateArn === undefined),
  },
  {
    setting: 'allowedOrigins',
    error:
      'expected one of https or http://localhost at least: without hosting, users of the user pool need a page to come back to',
    isBroken: ({ issuer, hosting, allowedOrigins }) =>
      issuer === undefined && !hosting && !allowedOrigins.some(canComeBackTo),
  },
  {
    setting: 'allowedOrigins',
    error: 'expected https, as Cognito sends nobody back to a page by http, but for http://localhost',
    isBroken: ({ issuer, allowedOrigins }) => issuer === undefined && allowedOrigins.some(isFarHttp),
  },
  ...(['reservedConcurrency', 'provisionedConcurrency'] as const).map((setting) => ({
    setting,
    error: 'names the function direct, which a stack whose ingest is queue does not have; leave that out',
    isBroken: (given: Checked) => given.ingest === 'queue' && given[setting].direct !== undefined,
  })),
  // Lambda developer guide, "Understanding reserved concurrency and provisioned concurrency".
  {
    setting: 'provisionedConcurrency',
    error: "expected at most the function's reservedConcurrency, if it has one, of which it is a part",
    isBroken: ({ provisionedConcurrency, reservedConcurrency }) =>
      handlerNames.some(
        (name) => (provisionedConcurrency[name] ?? 0) > (reservedConcurrency[name] ?? Infinity),
      ),
  },
  {
    setting: 'monthlyBudgetUsd',
    error: 'expected alarmEmail, too, to be told of it',
    isBroken: ({ alarmEmail, monthlyBudgetUsd }) =>
      monthlyBudgetUsd !== undefined && alarmEmail === undefined,
  },
];

const schema = settingsSchema.superRefine((settings, context) => {
  for (const { setting, error, isBroken } of rules)
    if (isBroken(settings)) context.addIssue({ code: 'custom', path: [setting], message: error });
});

/** What a deployment can choose. */
export type Settings = z.infer<typeof schema>;
export type SettingsInput = z.input<typeof schema>;

/** Settings that cannot be used; the message is one sentence that names each wrong setting. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'bad_settings';
}

/**
 * Checks settings from CDK context (`-c fieldcast={…}` or cdk.json), which may be absent, as none is required. Throws
 * {@link SettingsError}.
 */
export const parseSettings = (input: unknown = {}): Settings => {
  const given: unknown = typeof input === 'string' ? parseJson(input) : input;
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(
    ({ path, message }) => `${['fieldcast', ...path].join('.')}: ${message}`,
  );
  throw new SettingsError(`Mend the setting in cdk.json or on the command line: ${wrong.join('; ')}.`);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new SettingsError('Give -c fieldcast=… as JSON, e.g. \'{"ingest":"queue","historyMinutes":240}\'.');
  }
};
