import type { IncomingMessage } from 'node:http';

/** Headers and query of a handshake as Lambda proxy events carry them. No query string: both query keys are absent. */
export type RequestMaps = {
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
};

type Pair = readonly [name: string, value: string];

/** Headers that API Gateway takes off (hop-by-hop, from memory) or writes itself. */
const replaced = new Set([
  'connection',
  'upgrade',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/**
 * The maps of one request. Header names keep the client's case; of a repeated name the last value wins in the single
 * map. API Gateway adds the `X-Forwarded-*` headers; the scheme is always https there, here it is the true one.
 */
export const requestMaps = (request: IncomingMessage): RequestMaps => {
  const [headers, multiValueHeaders] = mapsOf([...headerPairs(request), ...forwarded(request)]);
  const query = [...new URLSearchParams(queryOf(request.url ?? ''))];
  if (query.length === 0) return { headers, multiValueHeaders };
  const [queryStringParameters, multiValueQueryStringParameters] = mapsOf(query);
  return { headers, multiValueHeaders, queryStringParameters, multiValueQueryStringParameters };
};

/** A header's value, whatever the case of its name. */
export const headerIn = ({ headers }: Pick<RequestMaps, 'headers'>, name: string): string | undefined =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

/** The client's address, IPv4 in its plain form. */
export const sourceIpOf = (request: IncomingMessage): string =>
  (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');

const headerPairs = ({ rawHeaders }: IncomingMessage): Pair[] => {
  const pairs: Pair[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    if (!replaced.has(name.toLowerCase())) pairs.push([name, rawHeaders[i + 1] ?? '']);
  }
  return pairs;
};

const forwarded = (request: IncomingMessage): Pair[] => {
  const before = request.headers['x-forwarded-for'];
  const hops = [...(before === undefined ? [] : [before].flat()), sourceIpOf(request)];
  return [
    ['X-Forwarded-For', hops.join(', ')],
    ['X-Forwarded-Port', String(request.socket.localPort ?? '')],
    ['X-Forwarded-Proto', 'http'],
  ];
};

const queryOf = (url: string): string => {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
};

/** `Object.fromEntries`, since assigning to a key called `__proto__` would set the prototype. */
const mapsOf = (pairs: readonly Pair[]): [Record<string, string>, Record<string, string[]>] => {
  const all = new Map<string, string[]>();
  for (const [name, value] of pairs) all.set(name, [...(all.get(name) ?? []), value]);
  return [Object.fromEntries(pairs), Object.fromEntries(all)];
};
