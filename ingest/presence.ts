import { isName } from '../fanout/names.ts';
import type { Device, Devices } from '../fanout/ports.ts';
import type { PresenceEvent } from './rule.ts';

/**
 * Takes one life-cycle event: a thing's connection has the thing's name for its client id, so that is the device which
 * went online or offline. What changed is announced; a client that is no device is remembered for an hour at most.
 */
export const presence =
  ({
    devices,
    announce,
  }: {
    devices: Pick<Devices, 'presence'>;
    announce: (device: Device, until: number) => Promise<void>;
  }) =>
  async ({ clientId, eventType, timestamp }: PresenceEvent, until: number): Promise<void> => {
    if (!isName(clientId)) return;
    const changed = await devices.presence(clientId, { online: eventType === 'connected', at: timestamp });
    if (changed !== undefined) await announce(changed, until);
  };
