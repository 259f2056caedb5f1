import { limits } from '../limits.ts';
import type { Connection } from '../ports.ts';
import type { Frame } from '../protocol.ts';

/** When the edge will cut a connection, epoch ms. */
export const closesAt = ({ connectedAt }: Pick<Connection, 'connectedAt'>): number =>
  connectedAt + limits.connectionMs;

/** What a client should know before long: that its token ends (or has ended), that its connection does. */
export const notices = (connection: Connection, now: number): Frame[] => {
  const isNear = (end: number): boolean => end - now <= limits.noticeMs;
  return [
    ...(isNear(connection.tokenExpiresAt)
      ? [{ type: 'auth_expiring', at: connection.tokenExpiresAt } as const]
      : []),
    ...(isNear(closesAt(connection)) ? [{ type: 'rollover', before: closesAt(connection) } as const] : []),
  ];
};
