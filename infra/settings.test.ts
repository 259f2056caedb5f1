import { expect, it } from 'vitest';
import { parseSettings } from './settings.ts';

const issuer = 'https://issuer.example.com';

it('has defaults for all but issuer and audience', () => {
  expect(parseSettings({ issuer, audience: 'a' })).toEqual({
    issuer,
    audience: 'a',
    ingest: 'direct',
    allowedOrigins: [],
    subscriptionCacheMs: 1_000,
    historyMinutes: 60,
    expectReadings: false,
    slowPushMs: 3_000,
    newConnectionsQuota: 500,
    requestsQuota: 10_000,
    runbook: 'docs/runbook.md',
  });
});

it('takes the JSON text that the command line gives', () => {
  expect(parseSettings(JSON.stringify({ issuer, audience: 'a' }))).toMatchObject({ audience: 'a' });
});

it.each([
  [undefined, /fieldcast/],
  ['{', /JSON/],
  [{ audience: 'a' }, /fieldcast\.issuer/],
  [{ issuer: 'issuer.example.com', audience: 'a' }, /fieldcast\.issuer/],
  [{ issuer: `${issuer}/`, audience: 'a' }, /fieldcast\.issuer.*slash/],
  [{ issuer, audience: '' }, /fieldcast\.audience/],
  [{ issuer, audience: 'a', allowedOrigins: ['*'] }, /fieldcast\.allowedOrigins\.0/],
  [{ issuer, audience: 'a', allowedOrigins: ['https://a.example/'] }, /fieldcast\.allowedOrigins\.0.*slash/],
  [{ issuer, audience: 'a', subscriptionCacheMs: -1 }, /fieldcast\.subscriptionCacheMs/],
  [{ issuer, audience: 'a', subscriptionCacheMs: 20_001 }, /fieldcast\.subscriptionCacheMs/],
  [{ issuer, audience: 'a', historyMinutes: 0 }, /fieldcast\.historyMinutes/],
  [{ issuer, audience: 'a', historyMinutes: 1_441 }, /fieldcast\.historyMinutes/],
  [{ issuer, audience: 'a', historyMinutes: 1.5 }, /fieldcast\.historyMinutes/],
  [{ issuer, audience: 'a', alarmEmail: 'nobody' }, /fieldcast\.alarmEmail/],
  [{ issuer, audience: 'a', monthlyBudgetUsd: 50 }, /fieldcast\.monthlyBudgetUsd.*alarmEmail/],
  [{ issuer, audience: 'a', slowPushMs: 10 }, /fieldcast\.slowPushMs/],
  [{ issuer, audience: 'a', cacheMs: 1 }, /cacheMs/],
])('%j is refused with a sentence that names what is wrong', (input, naming) => {
  expect(() => parseSettings(input)).toThrow(naming);
});
