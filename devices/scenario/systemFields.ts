import * as z from 'zod/mini';
import { expected, found, isOneOf, object } from './fields.ts';
import type { SystemSpec } from './scenario.ts';

const ways = ['direct', 'queue'] as const;
const url = (schemes: string) =>
  z
    .string(expected(`a url with ${schemes}`))
    .check(z.refine((text) => URL.canParse(text), expected(`a url with ${schemes}`)));

/** What is put to the test, in YAML: `twin`, `{ twin: { ingest: queue } }`, or where it runs. */
export const systemFields = z.union(
  [
    z.literal('twin'),
    object({ twin: object({ ingest: z.enum(ways, expected(isOneOf(ways))) }, 'an object') }, 'an object'),
    object(
      {
        broker: url('mqtt: or mqtts:'),
        websocket: url('ws: or wss:'),
        token: object(
          {
            issuer: z.optional(url('http:')),
            env: z.optional(z.string(expected('the name of a variable'))),
            file: z.optional(z.string(expected('the path of a file'))),
          },
          '{ issuer: url }, { env: NAME } or { file: path }',
        ).check(
          z.refine((value) => Object.keys(value).length === 1, {
            error: 'expected exactly one of issuer, env and file',
          }),
        ),
        control: z.optional(url('http:')),
      },
      'an object',
    ),
  ],
  {
    error: ({ input }) =>
      `expected twin, { twin: { ingest: direct|queue } } or { broker: url, websocket: url, token: { issuer: url }, control: url }, ${found(input)}`,
  },
);

export const systemOf = (fields: z.infer<typeof systemFields>): SystemSpec => {
  if (fields === 'twin') return { kind: 'twin', ingest: 'direct' };
  if ('twin' in fields) return { kind: 'twin', ingest: fields.twin.ingest };
  const { broker, websocket, control, token } = fields;
  const { issuer, env, file = '' } = token;
  const source = issuer !== undefined ? { issuer } : env !== undefined ? { env } : { file };
  return { kind: 'running', broker, webSocketUrl: websocket, token: source, control };
};
