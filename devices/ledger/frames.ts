import type { Frame } from '../../fanout/protocol.ts';
import type { Seen } from './entries.ts';
import { seenInFrame, type FramedReading } from './stamp.ts';

const readingsOf = (frame: Frame): FramedReading[] => {
  switch (frame.type) {
    case 'sensor_update':
      return [frame];
    case 'sensor_batch':
      return frame.updates;
    case 'snapshot':
      return frame.devices.map(({ latest, ...device }) => ({ ...device, ...latest }));
    case 'history':
      return frame.readings.map((reading) => ({ deviceId: frame.device, ...reading }));
    default:
      return [];
  }
};

export type FrameSeen = {
  readonly type: string;
  readonly readings: readonly Seen[];
  readonly connectionId?: string;
};

/** What is in a frame. What is no frame of ours has the type `edge`: API Gateway speaks. */
export const seenIn = (text: string): FrameSeen => {
  const frame = JSON.parse(text) as Frame; // Sent by our own functions, or by the twin's edge.
  const type = (frame as { type?: string }).type ?? 'edge'; // See above.
  const connectionId = frame.type === 'welcome' ? { connectionId: frame.connectionId } : {};
  return { type, readings: readingsOf(frame).map(seenInFrame), ...connectionId };
};
