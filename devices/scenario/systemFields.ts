import * as z from 'zod/mini';
import { brokerUrl } from '../brokerUrl.ts';
import { transportNames } from '../connectionSettings.ts';
import { expected, found, isOneOf, object } from '../fields.ts';
import type { SystemSpec } from './scenario.ts';

const ways = ['direct', 'queue'] as const;

const url = (...schemes: readonly string[]) => {
  const what = `a url with ${schemes.join(' or ')}`;
  const isOne = (text: string): boolean => URL.canParse(text) && schemes.includes(new URL(text).protocol);
  return z.string(expected(what)).check(z.refine(isOne, expected(what)));
};

const aBroker = expected(
  'a url such as mqtt://127.0.0.1:1883, mqtts://, ws:// or wss://, or an AWS IoT endpoint',
);
const broker = z.string(aBroker).check(z.refine((text) => brokerUrl(text) !== undefined, aBroker));
const aRule = expected('the name of an IoT rule, of letters, digits and "_"');

const tokenSource = object(
  {
    issuer: z.optional(url('http:', 'https:')),
    env: z.optional(z.string(expected('the name of a variable'))),
    file: z.optional(z.string(expected('the path of a file'))),
  },
  '{ issuer: url }, { env: NAME } or { file: path }',
).check(
  z.refine((value) => Object.keys(value).length === 1, {
    error: 'expected exactly one of issuer, env and file',
  }),
);

const running = object(
  {
    broker: z.optional(broker),
    transport: z.optional(z.enum(transportNames, expected(isOneOf(transportNames)))),
    ca: z.optional(z.string(expected('the path of a PEM file'))),
    basicIngest: z.optional(z.string(aRule).check(z.regex(/^\w{1,128}$/, aRule))),
    websocket: url('ws:', 'wss:'),
    token: tokenSource,
    control: z.optional(url('http:', 'https:')),
  },
  'an object',
);

/** What is put to the test, in YAML: `twin`, `{ twin: { ingest: queue } }`, or where it runs. */
export const systemFields = z.union(
  [
    z.literal('twin'),
    object({ twin: object({ ingest: z.enum(ways, expected(isOneOf(ways))) }, 'an object') }, 'an object'),
    running,
  ],
  {
    error: ({ input }) =>
      `expected twin, { twin: { ingest: direct|queue } } or { broker: url, websocket: url, token: { issuer: url }, control: url }, ${found(input)}`,
  },
);
export type SystemFields = z.infer<typeof systemFields>;

/** Whether it is a twin of the scenario's own. */
export const isTwin = (fields: SystemFields): fields is Exclude<SystemFields, z.infer<typeof running>> =>
  fields === 'twin' || 'twin' in fields;

/** @param pathOf Makes the path of a file, as it stands in the scenario, one from here. */
export const systemOf = (fields: SystemFields, pathOf: (path: string) => string): SystemSpec => {
  if (fields === 'twin') return { kind: 'twin', ingest: 'direct' };
  if ('twin' in fields) return { kind: 'twin', ingest: fields.twin.ingest };
  const { websocket, control, token, transport = 'mqtt', ca, basicIngest } = fields;
  const { issuer, env, file = '' } = token;
  return {
    kind: 'running',
    broker: fields.broker && brokerUrl(fields.broker),
    transport,
    ca: ca && pathOf(ca),
    basicIngest,
    webSocketUrl: websocket,
    token: issuer !== undefined ? { issuer } : env !== undefined ? { env } : { file: pathOf(file) },
    control,
  };
};
