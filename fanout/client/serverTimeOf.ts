import type { Frame } from '../protocol.ts';

/**
 * When the server sent a frame, by its clock, epoch ms; 0 where it does not say. Not every `at` is that: a token's end
 * lies ahead, and a device's presence is dated by another service's clock.
 */
export const serverTimeOf = (frame: Frame): number => {
  switch (frame.type) {
    case 'welcome':
    case 'pong':
      return frame.serverTime;
    case 'sensor_update':
      return frame.sentAt;
    case 'sensor_batch':
      return frame.updates.reduce((newest, { sentAt }) => Math.max(newest, sentAt), 0);
    case 'snapshot_end':
    case 'live':
    case 'noted':
    case 'note':
      return frame.at;
    default:
      return 0;
  }
};
