import * as z from 'zod';

/** An Origin is compared exactly, so it must be written as browsers send it: no path, no final slash. */
const origin = z
  .url({ protocol: /^https?$/ })
  .refine((url) => URL.canParse(url) && new URL(url).origin === url, {
    error: 'expected an origin such as https://dashboard.example.com, without a path or a final slash',
  });

const schema = z
  .strictObject({
    /** How the rule hands readings to the filter: `direct`, one invocation each, or by a `queue`, which batches up to 1 s of them. */
    ingest: z.enum(['direct', 'queue']).default('direct'),
    /** The one issuer whose tokens open a WebSocket; its keys are at `{issuer}/.well-known/jwks.json`. */
    issuer: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !url.endsWith('/'), { error: 'expected no final slash' }),
    /** The `aud` that a token must have. */
    audience: z.string().min(1),
    /** The pages that may open a WebSocket, as browsers send them in Origin. */
    allowedOrigins: z.array(origin).default([]),
    /** How long the filter remembers the subscriptions of a target, in ms (0–20,000): a function waits as long at each `subscribe`. */
    subscriptionCacheMs: z.int().min(0).max(20_000).default(1_000),
    /** How long readings are kept for `history` and `since`, in minutes (1–1,440). */
    historyMinutes: z.int().min(1).max(1_440).default(60),
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
  })
  .refine(({ alarmEmail, monthlyBudgetUsd }) => monthlyBudgetUsd === undefined || alarmEmail !== undefined, {
    path: ['monthlyBudgetUsd'],
    error: 'expected alarmEmail, too, to be told of it',
  });

/** What a deployment can choose. */
export type Settings = z.infer<typeof schema>;
export type SettingsInput = z.input<typeof schema>;

/** Settings that cannot be used; the message is one sentence that names each wrong setting. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'bad_settings';
}

/** Checks settings from CDK context (`-c fieldcast={…}` or cdk.json). Throws {@link SettingsError}. */
export const parseSettings = (input: unknown): Settings => {
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
    throw new SettingsError(
      'Give -c fieldcast=… as JSON, e.g. \'{"issuer":"https://…","audience":"fieldcast"}\'.',
    );
  }
};
