import type { IncomingMessage } from 'node:http';
import type { Limits } from './limits.ts';

/** What keeps a request from being a WebSocket handshake; a status and nothing to read. */
export type UpgradeProblem = { status: number; headers: Readonly<Record<string, string>> };

const token = "[!#$%&'*+\\-.^_`|~\\w]+";
const protocolList = new RegExp(`^[ \\t]*${token}[ \\t]*(?:,[ \\t]*${token}[ \\t]*)*$`);

/**
 * Checks the client's handshake (RFC 6455, section 4.2.1) before any function is invoked for it. The request line is
 * limited as AWS limits URLs.
 */
export const upgradeProblem = (
  request: IncomingMessage,
  limits: Pick<Limits, 'urlCharacters' | 'headerBytes'>,
): UpgradeProblem | undefined => {
  const { headers, method, url = '' } = request;
  const version = headers['sec-websocket-version'];
  const protocols = headers['sec-websocket-protocol'];
  if (headers.upgrade?.toLowerCase() !== 'websocket') return upgradeRequired;
  if (method !== 'GET') return { status: 405, headers: { Allow: 'GET' } };
  if (headerBytes(request) > limits.headerBytes) return { status: 431, headers: {} };
  if (url.length > limits.urlCharacters) return { status: 414, headers: {} };
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')) return badRequest;
  if (version !== '13') return { status: 400, headers: { 'Sec-WebSocket-Version': '13' } };
  if (protocols !== undefined && !isSubprotocolList(protocols)) return badRequest;
  return undefined;
};

/** With the `: ` and the line break of each line, which Node's own limit leaves out. */
const headerBytes = ({ rawHeaders }: IncomingMessage): number =>
  rawHeaders.reduce((bytes, text) => bytes + text.length + 2, 0);

/** Tokens parted by commas, none of them twice (RFC 6455, section 4.1, item 10). */
const isSubprotocolList = (header: string): boolean => {
  if (!protocolList.test(header)) return false;
  const protocols = header.split(',').map((protocol) => protocol.trim());
  return new Set(protocols).size === protocols.length;
};

const badRequest: UpgradeProblem = { status: 400, headers: {} };
export const upgradeRequired: UpgradeProblem = {
  status: 426,
  headers: { Upgrade: 'websocket' },
};
