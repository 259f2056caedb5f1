import { isObject } from '../json.ts';

/** A function's return value once it is known to be a proper proxy response. */
export type ProxyResponse = {
  statusCode: number;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
};

const keys = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'];

/**
 * Reads what a function returned in Lambda proxy form. Null or any key of another name makes it malformed (captured);
 * a missing status counts as 200 (from memory). Returns what is wrong as a text.
 */
export const parseProxyResponse = (payload: unknown): ProxyResponse | string => {
  if (!isObject(payload))
    return `it is ${payload === null ? 'null' : `of type ${typeof payload}`}, not an object`;
  const unknown = Object.keys(payload).find((key) => !keys.includes(key));
  if (unknown !== undefined) return `it has the unknown key "${unknown}"`;
  const statusCode = statusOf(payload['statusCode']);
  if (statusCode === undefined) return 'its statusCode is not between 200 and 599';
  const headers = headersOf(payload);
  if (!headers) return 'its headers are not a map of strings';
  const body = payload['body'] ?? undefined;
  if (body !== undefined && typeof body !== 'string') return 'its body is not a string';
  return { statusCode, headers, body: decode(body, payload['isBase64Encoded']) };
};

const statusOf = (value: unknown = 200): number | undefined => {
  const status = typeof value === 'string' ? Number(value) : value;
  const valid = typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599;
  return valid ? status : undefined;
};

/** Both maps as one, names in lower case; of several values the last wins. */
const headersOf = (payload: Readonly<Record<string, unknown>>): Record<string, string> | undefined => {
  const single = payload['headers'] ?? {};
  const multi = payload['multiValueHeaders'] ?? {};
  if (!isObject(single) || !isObject(multi)) return undefined;
  const pairs = [...Object.entries(single), ...Object.entries(multi)].map(
    ([name, value]): [string, unknown] => [name.toLowerCase(), Array.isArray(value) ? value.at(-1) : value],
  );
  if (pairs.some(([, value]) => typeof value === 'object' && value !== null)) return undefined;
  return Object.fromEntries(pairs.map(([name, value]) => [name, String(value)]));
};

const decode = (body: string | undefined, isBase64Encoded: unknown): string | undefined =>
  body !== undefined && isBase64Encoded === true ? Buffer.from(body, 'base64').toString() : body;
