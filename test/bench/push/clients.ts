import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { leanPost } from '../../../fanout/aws/leanPost.ts';
import { pushClient, requestTimes, sdkPost } from '../../../fanout/aws/sdkEdge.testing.ts';
import { samplingBreaker } from '../../../fanout/aws/pushBreaker.ts';
import { outcomeOf, tryMs } from '../../../fanout/aws/pushOutcome.ts';
import { escapeUri, signer } from '../../../fanout/aws/signer.ts';
import { patient } from '../../../fanout/patience.ts';
import type { Post } from '../../../fanout/ports.ts';
import { credentials, region } from './posts.ts';

const sockets = 64;

const bySdk = (endpoint: string): Post => {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: sockets });
  const requestHandler = { ...requestTimes, httpAgent };
  return sdkPost(pushClient({ endpoint, region, credentials, requestHandler }));
};

/** Node's own client and our signer, for interest: without time-outs. */
const byHttp = (endpoint: string): Post => {
  const { host, hostname, port, pathname } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const sign = signer({ service: 'execute-api', region, credentials: () => credentials, now: Date.now });
  return (connectionId, frame) =>
    new Promise((resolve, reject) => {
      const path = `${pathname}/@connections/${escapeUri(connectionId)}`;
      const body = Buffer.from(frame);
      const unsigned = { method: 'POST', host, path, contentType: 'application/octet-stream', body };
      const headers = { ...sign(unsigned), 'content-length': body.length };
      request({ agent, hostname, port, method: 'POST', path, headers }, (response) => {
        response.resume().on('end', () => resolve(outcomeOf(response.statusCode ?? 0) ?? 'refused'));
      })
        .on('error', reject)
        .end(body);
    });
};

const byUndici = (endpoint: string): Post =>
  leanPost({ endpoint, region, credentials: () => credentials, connections: sockets }).post;

/** As the handlers push: with the breaker and the retries around it. */
const patiently = (endpoint: string): Post =>
  patient({
    post: byUndici(endpoint),
    tryMs,
    breaker: samplingBreaker(),
    now: () => performance.now(),
    wait: (ms) => wait(ms),
    random: Math.random,
    measure: () => undefined,
  });

export const clients = {
  'SDK client': bySdk,
  'node:http, our signer': byHttp,
  'lean post': byUndici,
  'lean push': patiently,
} satisfies Record<string, (endpoint: string) => Post>;
export type ClientName = keyof typeof clients;
export const clientNames = Object.keys(clients) as ClientName[]; // of that object
