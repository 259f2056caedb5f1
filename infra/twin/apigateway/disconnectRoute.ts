import type { ApiContext } from './apiContext.ts';
import { disconnectEvent, type ConnectionInfo } from './events.ts';
import { callFunction } from './integration.ts';
import { newRequestId } from './requestId.ts';

/** Tells the `$disconnect` integration, if there is one, that a connection is closed. Its result does not matter. */
export const tellDisconnect = async (
  api: ApiContext,
  info: ConnectionInfo,
  code: number,
  reason: string,
): Promise<void> => {
  const integration = api.definition.routes.get('$disconnect')?.integration;
  if (!integration || api.stopped()) return;
  const event = disconnectEvent(api, info, newRequestId(), code, reason);
  const { functionArn, timeoutMs } = integration;
  await callFunction(api, functionArn, event, `${info.stage.name}/$disconnect`, timeoutMs);
};
