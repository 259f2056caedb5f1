import type { Malformation } from './behaviour.ts';

/** Over what Fieldcast takes (24 KB) and under what AWS IoT Core takes (128 KB): it is the ingest that must refuse it. */
const tooManyBytes = 25_000;

const forms: Readonly<Record<Malformation, (payload: string) => string>> = {
  truncated: (payload) => payload.slice(0, Math.ceil(payload.length / 2)),
  'not-an-object': (payload) => `[${payload}]`,
  'too-large': (payload) => `${payload.slice(0, -1)},"padding":"${'x'.repeat(tooManyBytes)}"}`,
  // What a printf makes of a sensor that does not answer. RFC 8259, section 6: not JSON.
  'not-a-number': (payload) => `${payload.slice(0, -1)},"value":NaN}`,
};

/** The JSON object `payload`, broken in the way named. */
export const malform = (payload: string, form: Malformation): string => forms[form](payload);
