import type { Recorded } from './mapping.ts';

export type Stamp = {
  /** Epoch ms at which the reading is due. */
  readonly dueAt: number;
  readonly seq: number;
  readonly boot: number;
  /** How much faster time passes than it did. */
  readonly speed: number;
  /** Whether it keeps the time of the recording. */
  readonly isOriginal: boolean;
};

/** What a device says now that it said then. How far its clock was off stays so, on the scale of the replay. */
export const payloadOf = ({ at, ts, type, fields }: Recorded, stamp: Stamp): string => {
  const { dueAt, seq, boot, speed, isOriginal } = stamp;
  const now = Math.max(0, Math.round(dueAt + (ts - at) / speed));
  return JSON.stringify({
    ts: isOriginal ? ts : now,
    seq,
    boot,
    ...(type !== undefined && { type }),
    ...fields,
  });
};
