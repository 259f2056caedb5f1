import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toJSONSchema } from 'zod';
import { parseSettings, settingsSchema } from './settings.ts';

const issuer = 'https://issuer.example.com';
const own = { issuer, audience: 'a' };
const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/1';
const signIn = {
  authorizeUrl: 'https://id.example.com/authorize',
  tokenUrl: 'https://id.example.com/token',
  logoutUrl: 'https://id.example.com/logout',
  clientId: 'page',
};

it('has a default for every setting: the smallest deployment says nothing', () => {
  expect(parseSettings(undefined)).toEqual(parseSettings({}));
  expect(parseSettings({})).toMatchObject({
    ingest: 'direct',
    hosting: true,
    groups: ['*'],
    historyMinutes: 60,
  });
});

it('takes the JSON text that the command line gives', () => {
  expect(parseSettings(JSON.stringify(own))).toMatchObject({ audience: 'a' });
});

it.each([
  own,
  { ...own, signIn },
  { ...own, signIn: { ...signIn, revokeUrl: 'https://id.example.com/revoke' } },
  { domainName: 'live.example.com', certificateArn },
  { hosting: false, allowedOrigins: ['https://a.example'] },
  { hosting: false, allowedOrigins: ['http://127.0.0.1:4000', 'http://localhost:4000'] },
  { ...own, allowedOrigins: ['http://wall.example.com'] },
  { groups: ['*', 'region:eu-west', 'device:pump-*'], mfa: 'required', signInPrefix: 'my-fleet' },
  { reservedConcurrency: { direct: 20 }, provisionedConcurrency: { authorizer: 1, direct: 20 } },
  { ...own, groups: ['*'], mfa: 'optional' },
  { apiKeys: {} },
])('%j is a deployment', (input) => {
  expect(() => parseSettings(input)).not.toThrow();
});

it.each([
  [null, /fieldcast/],
  ['{', /JSON/],
  [{ audience: 'a' }, /fieldcast\.audience.*with an issuer/],
  [{ issuer }, /fieldcast\.audience.*with an issuer/],
  [{ issuer: 'issuer.example.com', audience: 'a' }, /fieldcast\.issuer/],
  [{ issuer: `${issuer}/`, audience: 'a' }, /fieldcast\.issuer.*slash/],
  [{ issuer, audience: '' }, /fieldcast\.audience/],
  [{ signIn }, /fieldcast\.signIn.*user pool/],
  [{ ...own, signIn: { ...signIn, tokenUrl: 'http://id.example.com' } }, /fieldcast\.signIn\.tokenUrl/],
  [{ ...own, allowedOrigins: ['*'] }, /fieldcast\.allowedOrigins\.0/],
  [{ ...own, allowedOrigins: ['https://a.example/'] }, /fieldcast\.allowedOrigins\.0.*slash/],
  [{ hosting: false }, /fieldcast\.allowedOrigins.*come back to/],
  [{ hosting: false, allowedOrigins: ['http://127.0.0.1:4000'] }, /fieldcast\.allowedOrigins.*come back to/],
  [{ allowedOrigins: ['http://wall.example.com'] }, /fieldcast\.allowedOrigins.*expected https/],
  [{ allowedOrigins: ['http://localhost.example.com'] }, /fieldcast\.allowedOrigins.*expected https/],
  [{ domainName: 'live.example.com' }, /fieldcast\.certificateArn/],
  [{ domainName: 'live.example.com', certificateArn, hosting: false, ...own }, /fieldcast\.domainName/],
  [
    { domainName: 'live.example.com', certificateArn: certificateArn.replace('us-east-1', 'eu-west-1') },
    /fieldcast\.certificateArn.*us-east-1/,
  ],
  [{ groups: ['admins'] }, /fieldcast\.groups\.0.*grant/],
  [{ groups: [`device:${'x'.repeat(122)}`] }, /fieldcast\.groups\.0/],
  [{ groups: ['*', 'region:eu-west', '*'] }, /fieldcast\.groups.*once/],
  [{ mfa: 'off' }, /fieldcast\.mfa/],
  [{ signInPrefix: 'Fleet' }, /fieldcast\.signInPrefix.*lower-case/],
  [{ signInPrefix: 'my-aws' }, /fieldcast\.signInPrefix.*reserves/],
  [{ subscriptionCacheMs: -1 }, /fieldcast\.subscriptionCacheMs/],
  [{ subscriptionCacheMs: 20_001 }, /fieldcast\.subscriptionCacheMs/],
  [{ historyMinutes: 0 }, /fieldcast\.historyMinutes/],
  [{ historyMinutes: 1_441 }, /fieldcast\.historyMinutes/],
  [{ historyMinutes: 1.5 }, /fieldcast\.historyMinutes/],
  [{ throttle: { burst: 5_001 } }, /fieldcast\.throttle\.burst/],
  [{ reservedConcurrency: { filter: 1 } }, /fieldcast\.reservedConcurrency/],
  [{ reservedConcurrency: { direct: 0 } }, /fieldcast\.reservedConcurrency\.direct/],
  [{ provisionedConcurrency: { direct: -1 } }, /fieldcast\.provisionedConcurrency\.direct/],
  [
    { reservedConcurrency: { direct: 2 }, provisionedConcurrency: { direct: 3 } },
    /fieldcast\.provisionedConcurrency.*at most/,
  ],
  [
    { ingest: 'queue', reservedConcurrency: { direct: 20 } },
    /fieldcast\.reservedConcurrency.*names the function direct/,
  ],
  [
    { ingest: 'queue', provisionedConcurrency: { direct: 1 } },
    /fieldcast\.provisionedConcurrency.*names the function direct/,
  ],
  [{ ...own, hosting: false, signIn }, /fieldcast\.signIn.*hosted page/],
  [{ ...own, mfa: 'required' }, /fieldcast\.mfa.*leave it out/],
  [{ ...own, groups: ['region:eu-west'] }, /fieldcast\.groups.*leave it out/],
  [{ ...own, signInPrefix: 'my-fleet' }, /fieldcast\.signInPrefix.*leave it out/],
  [{ logRetentionDays: 15 }, /fieldcast\.logRetentionDays/],
  [{ apiKeys: { perDay: 0 } }, /fieldcast\.apiKeys\.perDay/],
  [{ alarmEmail: 'nobody' }, /fieldcast\.alarmEmail/],
  [{ monthlyBudgetUsd: 50 }, /fieldcast\.monthlyBudgetUsd.*alarmEmail/],
  [{ slowPushMs: 10 }, /fieldcast\.slowPushMs/],
  [{ cacheMs: 1 }, /cacheMs/],
])('%j is refused with one sentence that names what is wrong', (input, naming) => {
  expect(() => parseSettings(input)).toThrow(naming);
  expect(() => parseSettings(input)).toThrow(/^[^\n]+\.$/);
});

describe('docs/settings.md', () => {
  type Schema = { properties?: Record<string, Schema>; default?: unknown };

  /** Every setting by its path, with its default as JSON; those within one that has fields of its own, too. */
  const defaultsIn = ({ properties = {} }: Schema, before = ''): [string, string][] =>
    Object.entries(properties).flatMap(([name, schema]) => {
      const fields = defaultsIn(schema, `${before}${name}.`);
      return fields.length > 0
        ? fields
        : [[before + name, schema.default === undefined ? '' : JSON.stringify(schema.default)]];
    });

  it('has every setting in a table, with its default, and no other', () => {
    const text = readFileSync(new URL('../docs/settings.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `([^`]+)` *\| (?:`([^`]*)`)? *\| (.+?) *\|$/gm)];
    const told = rows.map(([, name = '', preset = '']): [string, string] => [name, preset]);
    // JSON Schema is JSON.
    const schema = toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' }) as Schema;
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(defaultsIn(schema)));
  });
});
