import { Buffer } from 'node:buffer';
import { PassThrough } from 'node:stream';
import fastify from 'fastify';
import * as z from 'zod';
import type { Reject } from '../../ingest/ports.ts';
import { rejectReasons } from '../../ingest/rejectReasons.ts';
import { readFault } from './faultFlag.ts';
import type { Local } from './startLocal.ts';
import { host } from './ports.ts';
import { sightingLine, type Sightings } from './sightings.ts';
import {
  faultKinds,
  isFaultKind,
  takenBy,
  type FaultKind,
  type Faults,
  type FaultSetting,
} from '../twin/faults/faults.ts';
import { TwinError } from '../twin/twinError.ts';
import { isFromWebPage } from '../twin/webPage.ts';

const faultSetting = z.strictObject({
  probability: z.number().min(0).max(1).exactOptional(),
  forMs: z.number().positive().exactOptional(),
  times: z.int().positive().exactOptional(),
  ms: z.number().min(0).max(600_000).exactOptional(),
  posts: z.int().min(0).exactOptional(),
  only: z.string().max(256).exactOptional(),
});

/** What each part of a setting is, as JSON. */
const expected: Readonly<Record<keyof FaultSetting, string>> = {
  probability: 'a number from 0 to 1',
  forMs: 'a number of milliseconds above 0',
  times: 'a whole number from 1 on',
  ms: 'a number of milliseconds from 0 to 600,000',
  posts: 'a whole number from 0 on',
  only: 'a part of the name of a table, function or queue, up to 256 characters',
};

/** A sentence about a setting that is none, and what it may be. */
const whatIsWrong = (kind: FaultKind, { issues: [issue] }: z.ZodError): string => {
  const part = issue?.path[0];
  const isKnown = typeof part === 'string' && Object.hasOwn(expected, part);
  if (isKnown) return `${kind}: ${part} is ${expected[part as keyof FaultSetting]}.`;
  const names = issue?.code === 'unrecognized_keys' ? `, and no ${issue.keys.join(', ')}` : '';
  return `As JSON ${kind} takes an object with any of ${takenBy(kind).join(', ')}${names}.`;
};

const mostRejects = 100;

/** A reject as people read it: with its payload as text, as far as it is, and what its maker has to mend. */
const readable = (body: string): object => {
  const { payload, reason, ...rest } = JSON.parse(body) as Reject; // As the filter wrote it.
  const bytes = Buffer.from(payload, 'base64');
  return {
    reason,
    advice: rejectReasons[reason],
    ...rest,
    bytes: bytes.length,
    text: bytes.toString(),
    payload,
  };
};

/** What may wait for one who reads `/witness` too slowly; beyond that it is cut off. */
const mostUnreadBytes = 32 * 1024 * 1024;

/**
 * What a local run can be asked and told: `/tally`, `/usage`, `/outputs`, `/rejects`, `/faults`, `/witness`. For programs on this machine;
 * web pages are turned away, as nobody signs in here.
 */
export const startControl = async ({
  port,
  faults,
  sightings,
  ...local
}: { port: number; faults: Faults; sightings: Pick<Sightings, 'listen'> } & Pick<
  Local,
  'tally' | 'usage' | 'outputs' | 'rejects'
>): Promise<{
  close: () => Promise<void>;
}> => {
  const app = fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async (request, reply) => {
    if (isFromWebPage(request.raw)) await reply.code(403).send({ message: 'Not for web pages.' });
  });
  const unknownKind = (kind: string) => ({
    message: `There is no fault "${kind}"; GET /faults lists them.`,
  });

  app.get('/', () => ({
    tally: 'GET /tally',
    usage: 'GET /usage',
    outputs: 'GET /outputs',
    rejects: `GET /rejects, the last ${mostRejects} messages that were no readings, and what to do about them`,
    witness: 'GET /witness, lines of JSON as things happen',
    faults:
      'GET /faults; PUT /faults/{kind}, as JSON or as {kind}:p=0.5,for=20s; DELETE /faults, /faults/{kind}',
  }));
  app.setNotFoundHandler(({ method, url }, reply) =>
    reply.code(404).send({ message: `There is no ${method} ${url}; GET / lists what there is.` }),
  );
  app.setErrorHandler(
    ({ message, statusCode = 500 }: { message: string; statusCode?: number }, _request, reply) =>
      reply.code(statusCode).send({ message }),
  );
  app.get('/tally', () => local.tally());
  app.get('/usage', () => local.usage());
  app.get('/outputs', () => local.outputs);
  app.get('/witness', (_request, reply) => {
    const lines = new PassThrough();
    const stop = sightings.listen((sighting) => {
      lines.write(sightingLine(sighting));
      if (lines.writableLength + lines.readableLength > mostUnreadBytes) lines.destroy();
    });
    lines.on('close', stop).on('error', () => undefined); // 'close' follows.
    lines.write('\n'); // So that whoever asks knows from when on it is told.
    return reply.type('application/x-ndjson').send(lines);
  });
  app.get('/faults', () => ({
    on: faults.list(),
    injected: faults.injected(),
    kinds: faultKinds,
    takes: Object.fromEntries(Object.keys(faultKinds).map((kind) => [kind, takenBy(kind as FaultKind)])),
    parts: expected,
  }));
  app.get('/rejects', () => local.rejects().slice(-mostRejects).map(readable));
  app.put<{ Params: { kind: string } }>('/faults/:kind', async ({ params: { kind }, body }, reply) => {
    const asFlag = readFault(kind);
    if (!asFlag.ok)
      return reply.code(isFaultKind(kind.split(':')[0] ?? '') ? 400 : 404).send({ message: asFlag.message });
    const parsed = faultSetting.safeParse(body ?? {});
    if (!parsed.success)
      return reply.code(400).send({ message: whatIsWrong(asFlag.fault.kind, parsed.error) });
    try {
      await faults.set(asFlag.fault.kind, { ...asFlag.fault.setting, ...parsed.data });
    } catch (error) {
      if (!(error instanceof TwinError)) throw error;
      return reply.code(400).send({ message: error.message });
    }
    return { on: faults.list(), injected: faults.injected() };
  });
  app.delete('/faults', () => {
    faults.clear();
    return { on: faults.list(), injected: faults.injected() };
  });
  app.delete<{ Params: { kind: string } }>('/faults/:kind', async ({ params: { kind } }, reply) => {
    if (!isFaultKind(kind)) return reply.code(404).send(unknownKind(kind));
    faults.clear(kind);
    return { on: faults.list(), injected: faults.injected() };
  });
  await app.listen({ host, port });
  return { close: () => app.close() };
};
