import { expect, it } from 'vitest';

import { parseReading } from '../../ingest/parseReading.ts';
import { malformations } from './behaviour.ts';
import { malform } from './malform.ts';

const payload = JSON.stringify({ ts: 1, seq: 2, boot: 3, type: 'pump', pressure: 4.5 });

it('every malformation is rejected by the ingest, each for its reason', () => {
  const reasons = malformations.map((form) => {
    const bytes = new TextEncoder().encode(malform(payload, form));
    const parsed = parseReading({ topic: 'telemetry/roof/pump-1', payload: bytes, receivedAt: 0 });
    return parsed.ok ? 'taken' : parsed.reason;
  });
  expect(reasons).toEqual(['bad_json', 'not_an_object', 'too_large', 'bad_json']);
});
