import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { objectOf } from '../json.ts';
import { portTaken } from '../listen.ts';
import { isFromWebPage } from '../webPage.ts';
import { invalid, IotError } from './iotError.ts';
import {
  createCertificateFromCsr,
  createKeysAndCertificate,
  deleteCertificate,
  describeCertificate,
  updateCertificate,
} from './certificateOperations.ts';
import type { Call, Context, Operation } from './context.ts';
import { attachPolicy, detachPolicy, getPolicy, listAttachedPolicies } from './policyOperations.ts';
import {
  attachThingPrincipal,
  createThing,
  deleteThing,
  describeThing,
  detachThingPrincipal,
  listPrincipalThings,
  listThingPrincipals,
  listThings,
} from './thingOperations.ts';

const describeEndpoint: Operation = async ({ endpointAddress }, { query }) => {
  const { endpointType = 'iot:Data' } = query;
  if (endpointType !== 'iot:Data-ATS' && endpointType !== 'iot:Data')
    throw invalid(`The twin has the endpoint iot:Data-ATS only, not ${endpointType}.`);
  return { endpointAddress: endpointAddress() };
};

/** The operations of the AWS IoT API that the twin has, by method and path (API reference, "Actions"). */
const routes: readonly (readonly [
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  path: string,
  operation: Operation,
])[] = [
  ['GET', '/endpoint', describeEndpoint],
  ['GET', '/things', listThings],
  ['POST', '/things/:name', createThing],
  ['GET', '/things/:name', describeThing],
  ['DELETE', '/things/:name', deleteThing],
  ['GET', '/things/:name/principals', listThingPrincipals],
  ['PUT', '/things/:name/principals', attachThingPrincipal],
  ['DELETE', '/things/:name/principals', detachThingPrincipal],
  ['GET', '/principals/things', listPrincipalThings],
  ['POST', '/keys-and-certificate', createKeysAndCertificate],
  ['POST', '/certificates', createCertificateFromCsr],
  ['GET', '/certificates/:id', describeCertificate],
  ['PUT', '/certificates/:id', updateCertificate],
  ['DELETE', '/certificates/:id', deleteCertificate],
  ['GET', '/policies/:name', getPolicy],
  ['PUT', '/target-policies/:name', attachPolicy],
  ['POST', '/target-policies/:name', detachPolicy],
  ['POST', '/attached-policies/:target', listAttachedPolicies],
];

export type ControlPlane = {
  readonly port: number;
  readonly close: () => Promise<void>;
};

/**
 * Serves the AWS IoT API, as far as provisioning needs it, in the REST-JSON protocol of the SDKs; and, of the twin's own,
 * `GET /ca.pem`: the CA whose certificate the MQTTS port shows. Nobody's signature is checked. Throws TwinError
 * `port_taken`.
 */
export const startControlPlane = async (
  context: Context,
  { host, port }: { host: string; port: number },
): Promise<ControlPlane> => {
  const app = Fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 512 } });
  app.addHook('onRequest', async (request, reply) => {
    if (isFromWebPage(request.raw)) await reply.code(403).send({ message: 'Not for web pages.' });
  });
  readBodies(app);
  answerErrors(app);
  for (const [method, url, operation] of routes)
    app.route({ method, url, handler: async (request) => operation(context, callOf(request)) });
  app.get('/ca.pem', (_request, reply) =>
    reply.type('application/x-pem-file').send(context.authority.certificate),
  );
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw portTaken(error, { host, port, name: 'the AWS IoT API' });
  }
  const address = app.server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    close: () => app.close(),
  };
};

/** SDKs send no body, or an empty one, with a content type or without. */
const readBodies = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, objectOf(body === '' ? {} : JSON.parse(String(body))));
    } catch {
      done(invalid('The request is not JSON.'));
    }
  });
};

const callOf = ({ params, query, headers, body }: FastifyRequest): Call => {
  const principal = headers['x-amzn-principal'];
  return {
    // Fastify's own: names to texts. A query that has a name twice has a list, which no operation takes.
    params: params as Record<string, string>,
    query: Object.fromEntries(
      Object.entries(objectOf(query)).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : undefined,
      ]),
    ),
    principal: typeof principal === 'string' ? principal : undefined,
    body: objectOf(body),
  };
};

const answerErrors = (app: FastifyInstance): void => {
  const answer = (reply: FastifyReply, { name, message, status, members }: IotError) =>
    reply
      .code(status)
      .headers({ 'x-amzn-errortype': name, 'x-amzn-requestid': randomUUID() })
      .send({ message, ...members });
  app.setNotFoundHandler((request, reply) => {
    const [path] = request.url.split('?');
    void answer(
      reply,
      new IotError(
        'UnknownOperationException',
        `The twin has no AWS IoT operation ${request.method} ${path}.`,
      ),
    );
  });
  app.setErrorHandler((error, _request, reply) => {
    void answer(
      reply,
      error instanceof IotError ? error : new IotError('InternalFailureException', String(error)),
    );
  });
};
