import { mayEverSee, maySee } from '../grants.ts';
import { limits } from '../limits.ts';
import { pages } from '../pages.ts';
import type { Held, Recorded } from '../ports.ts';
import { recordingMs } from '../recordingMs.ts';
import type { Frame, FrameOf, HistoryReading, RequestOf } from '../protocol.ts';
import { echo } from './act.ts';
import type { HistoryPorts } from './recordedSince.ts';
import { withoutRepeats } from '../withoutRepeats.ts';
import { historyRange, notGranted } from './refusals.ts';

const itemOf = ({ reading: { deviceId: _, data, ...rest } }: Recorded): HistoryReading => ({
  ...rest,
  data: { ...data },
});

/** The first of the items, as many as fit into one frame. */
const longestFitting = (
  items: readonly HistoryReading[],
  frameOf: (items: readonly HistoryReading[]) => FrameOf<'history'>,
): readonly HistoryReading[] => {
  const [first] = pages(items, frameOf);
  return first?.type === 'history' ? first.readings : [];
};

/**
 * `history` → the readings of a device, the oldest first by their time of recording, and where there are more, `next`: ask
 * again with it as `after`. A page ends at `limit`, at what fits into a frame, or at what was read for it, so it may be
 * short, even empty, and have a `next`. Of a device that does not exist, or that the grants do not cover, the page is
 * empty and the last. `from` is not before what is kept.
 */
export const history =
  ({ devices, readings, now }: HistoryPorts) =>
  async ({ connection: { grants } }: Held, request: RequestOf<'history'>): Promise<Frame> => {
    const { id, device, after } = request;
    if (!mayEverSee(grants, { device })) return notGranted(id);
    const from = Math.max(request.from ?? 0, now() - readings.retentionMs);
    const to = Math.min(request.to ?? Infinity, now() + recordingMs);
    const limit = request.limit ?? limits.historyReadings;
    if (request.from !== undefined && request.to !== undefined && request.from > request.to)
      return historyRange(id);
    const [known] = await devices.get([device]);
    const range = { from, to, limit, ...(after === undefined ? {} : { after }) };
    const recorded = from > to ? [] : await readings.of(device, range);
    const shown = withoutRepeats(recorded.filter(({ reading }) => maySee(grants, reading)));

    const frameOf = (items: readonly HistoryReading[], next: string | undefined): FrameOf<'history'> => ({
      type: 'history',
      ...echo(id),
      device,
      readings: [...items],
      ...(next === undefined ? {} : { next }),
    });
    const last = recorded.at(-1)?.position;
    const fitting = longestFitting(shown.map(itemOf), (items) => frameOf(items, last));
    if (fitting.length < shown.length) return frameOf(fitting, shown[fitting.length - 1]?.position);
    // A device nobody told this viewer of must not betray by a `next` that it has sent anything.
    const isKnown = shown.length > 0 || (known !== undefined && maySee(grants, known.latest));
    return frameOf(fitting, recorded.length === limit && isKnown ? last : undefined);
  };
