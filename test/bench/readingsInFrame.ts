import * as z from 'zod/mini';

const reading = z.object({ deviceId: z.string(), seq: z.number() });
const batch = z.object({ type: z.literal('sensor_batch'), updates: z.array(reading) });

/** What names a reading. */
export type ReadingName = z.infer<typeof reading>;

/** The readings in a frame, ours or a sample's; none where it is about something else. */
export const readingsInFrame = (text: string): readonly ReadingName[] => {
  const frame: unknown = JSON.parse(text);
  const several = batch.safeParse(frame);
  if (several.success) return several.data.updates;
  const one = reading.safeParse(frame);
  return one.success ? [one.data] : [];
};
