import { expect, it } from 'vitest';
import { homeOf } from './homeOf.ts';

const event = {
  payload: 'eyJ0Ijoi',
  topic: 'telemetry/eu-west/kettle-1',
  clientId: 'kettle-1',
  receivedAt: 1_763_690_000_050,
};
const sentAt = 1_763_690_060_000;

it('a message on which the function failed until its retries ran out goes to ingest as the rule had it', () => {
  const record = {
    version: '1.0',
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: event,
    responsePayload: { errorMessage: 'throttled' },
  };
  expect(homeOf(record, sentAt)).toEqual({ queue: 'ingest', event });
});

it('a message that the rule could not hand on goes to ingest with the time at which that was found', () => {
  const refused = {
    ruleName: 'Telemetry',
    topic: event.topic,
    clientId: event.clientId,
    base64OriginalPayload: event.payload,
    failures: [],
  };
  expect(homeOf(refused, sentAt)).toEqual({ queue: 'ingest', event: { ...event, receivedAt: sentAt } });
});

it('a message that the ingest queue gave up goes back to it', () => {
  expect(homeOf(event, sentAt)).toEqual({ queue: 'ingest', event });
});

it('a reject goes to ingest without its reason', () => {
  expect(homeOf({ ...event, reason: 'bad_json' }, sentAt)).toEqual({ queue: 'ingest', event });
});

it.each([
  { flush: { connectionId: 'c=', deviceId: 'kettle-1' } },
  { resend: { connectionIds: ['c='], folds: [], attempt: 3 } },
  { forget: [{ target: 'region#eu-west', connectionId: 'c=', id: 's1' }] },
])('%j goes back to what is sent later', (message) => {
  expect(homeOf(message, sentAt)).toEqual({ queue: 'later' });
});

it.each([
  { requestContext: {}, requestPayload: { clientId: 'kettle-1', eventType: 'connected', timestamp: 1 } },
  {
    ruleName: 'Presence',
    topic: '$aws/events/presence/connected/x',
    clientId: 'x',
    base64OriginalPayload: '',
  },
  {},
  null,
  'text',
  [event],
])('%j has no home', (message) => {
  expect(homeOf(message, sentAt)).toBeUndefined();
});
