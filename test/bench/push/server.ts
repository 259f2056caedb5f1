import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { smithySigner } from '../../../fanout/aws/smithySigner.testing.ts';
import { connectionIdOf, credentials, frameOf, region } from './posts.ts';

/**
 * A process of its own that answers as `@connections` does: 200, without a body. Says its endpoint when it is there, and for
 * each message from its parent what came in since the last: see {@link Arrived}. The message says of how many posts one is to have its signature checked.
 */
export type Arrived = {
  posts: number;
  /** Posts that were there before. */
  repeated: number;
  /** Posts that are not what the n-th post is. */
  wrong: number;
  signaturesChecked: number;
  signaturesWrong: number;
};

const none: Arrived = { posts: 0, repeated: 0, wrong: 0, signaturesChecked: 0, signaturesWrong: 0 };
let arrived = { ...none };
const seen = new Set<number>();
let checkOneIn = 1;

const sign = smithySigner(region, () => credentials);
const prefix = '/live/@connections/';

const check = (n: number, path: string, body: string): void => {
  arrived.posts += 1;
  if (seen.has(n)) arrived.repeated += 1;
  seen.add(n);
  const connectionId = decodeURIComponent(path.slice(prefix.length));
  if (!path.startsWith(prefix) || connectionId !== connectionIdOf(n) || body !== frameOf(n))
    arrived.wrong += 1;
};

/** Signs what came in by the SDK's signer, with the headers that it says are signed, and compares. */
const checkSignature = async ({ headers, url = '' }: IncomingMessage, body: string): Promise<void> => {
  arrived.signaturesChecked += 1;
  const { authorization = '', host = '' } = headers;
  const date = String(headers['x-amz-date']);
  const at = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  const signedHeaders = Object.fromEntries(
    // Or the signer would believe it instead of hashing the body.
    names.filter((name) => name !== 'x-amz-content-sha256').map((name) => [name, String(headers[name])]),
  );
  const expected = await sign(
    { method: 'POST', host, path: url, contentType: String(headers['content-type']), body },
    at,
    signedHeaders,
  );
  if (expected['authorization'] !== authorization) arrived.signaturesWrong += 1;
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    const n = Number(/"seq":(\d+)/.exec(body)?.[1]);
    check(n, request.url ?? '', body);
    const answer = (): void => void response.writeHead(200, { 'content-length': 0 }).end();
    if (arrived.posts % checkOneIn === 0)
      checkSignature(request, body).then(answer, () => response.destroy());
    else answer();
  });
});
// A round of another client may last longer than Node's 5 s.
server.keepAliveTimeout = 60_000;

process.on('message', (oneIn: number) => {
  process.send?.(arrived);
  checkOneIn = oneIn;
  arrived = { ...none };
  seen.clear();
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () =>
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/live`),
);
