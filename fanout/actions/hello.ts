import { limits } from '../limits.ts';
import type { Connections } from '../ports.ts';
import { errorFrame, type Frame } from '../protocol.ts';

/** `hello` → `welcome`: who you are here, until when, and what you may do. */
export const hello =
  ({ connections, now }: { connections: Pick<Connections, 'find'>; now: () => number }) =>
  async (connectionId: string, id?: string): Promise<Frame> => {
    const found = await connections.find(connectionId);
    if (found === undefined) return unknownConnection(id);
    const { connectedAt, grants } = found.connection;
    return {
      type: 'welcome',
      ...(id === undefined ? {} : { id }),
      connectionId,
      edge: 'serverless',
      serverTime: now(),
      closesAt: connectedAt + limits.connectionMs,
      heartbeatMs: limits.heartbeatMs,
      limits: { frameBytes: limits.frameBytes, subscriptions: limits.subscriptions },
      grants: [...grants],
    };
  };

/** The edge holds the socket but the store has no row: it was cleaned up while the socket lived on. */
export const unknownConnection = (id?: string): Frame =>
  errorFrame('unknown_connection', 'This connection is not known any more; reconnect.', id);
