import type { Identity } from './admission.ts';
import { isCovered, namesOf, namesOfTarget, type Names } from './grants.oracle.ts';
import type { Condition, Frame, FrameOf } from './protocol.ts';
import type { Reading } from './reading.ts';
import type { Target } from './target.ts';

type Asked = { readonly to: Target; readonly where: readonly Condition[] };

/** One connection as the oracle knows it: by the tokens it was given and the answers it got. */
export type Viewer = {
  readonly connectionId: string;
  readonly principal: string;
  grants: readonly string[];
  expiresAt: number;
  readonly asked: Map<string, Asked>;
  /** Devices of the snapshot under way. */
  shown: number;
};

type Shown = Pick<Reading, 'deviceId' | 'region' | 'deviceType' | 'data'>;
type Fault = string | undefined;

/** The conditions of `grants.operations.ts`: `x >= 0`, and `changedBy`, which a number may satisfy. */
const satisfies = (x: unknown, { op }: Condition): boolean =>
  typeof x === 'number' && (op === 'changedBy' || x >= 0);

const wants = ({ to, where }: Asked, shown: Shown): boolean => {
  const [target] = Object.entries(to);
  return (
    namesOf(shown).some(([kind, name]) => kind === target?.[0] && name === target[1]) &&
    where.every((condition) => satisfies(shown.data['x'], condition))
  );
};

/** What shows something of a device or of a viewer, and so needs a token that is good. */
// Not `live`: it shows nothing, and may come a moment after a token that was shortened while it waited.
const needsToken: readonly string[] = [
  ...['sensor_update', 'sensor_batch', 'snapshot', 'snapshot_end', 'history', 'device_status'],
  ...['note', 'noted', 'explain', 'resumed', 'subscribed'],
];

/**
 * What everybody may see, told from what devices said and tokens granted, without a rule of the code it judges. `judge`
 * counts what a frame shows, by type, and says what is wrong with it at this moment.
 */
export const framesOracle = (now: () => number) => {
  const readings: Reading[] = []; // Each at the place that its data tells as `n`.
  const newest = new Map<string, Reading>();
  const tokens = new Map<string, Identity>();
  const notes = new Map<string, { from: string; to: Target }>();
  const noSuchDevice = new Set<string>();
  const counts = { updates: 0, folds: 0, replayed: 0, snapshot: 0, history: 0, statuses: 0 };
  const others = { notes: 0, explained: 0, hidden: 0, refused: 0 };

  const record = (reading: Reading): void => {
    readings.push(reading);
    const known = newest.get(reading.deviceId);
    const ahead = known === undefined ? 1 : reading.ts - known.ts || reading.receivedAt - known.receivedAt;
    if (ahead > 0) newest.set(reading.deviceId, reading);
  };

  const outside = ({ grants }: Viewer, names: Names): Fault =>
    isCovered(grants, names) ? undefined : 'is outside its grants';

  const readingFault = (viewer: Viewer, shown: Shown, asked?: readonly (Asked | undefined)[]): Fault => {
    const said = readings[shown.data['n'] as number];
    const isSaid = said !== undefined && JSON.stringify(said.data) === JSON.stringify(shown.data);
    if (!isSaid || namesOf(said).join() !== namesOf(shown).join()) return 'is what no device said';
    if (asked?.some((one) => one !== undefined && wants(one, said)) === false) return 'was not asked for';
    return outside(viewer, namesOf(said));
  };

  const first = (faults: readonly Fault[]): Fault => faults.find((fault) => fault !== undefined);

  const snapshotFault = (viewer: Viewer, { id, devices }: FrameOf<'snapshot'>): Fault => {
    counts.snapshot += devices.length;
    viewer.shown += devices.length;
    return first(
      devices.map(({ latest: { data }, ...names }) =>
        newest.get(names.deviceId)?.data['n'] === data['n']
          ? readingFault(viewer, { ...names, data }, [viewer.asked.get(id)])
          : 'is not the newest',
      ),
    );
  };

  const endFault = (viewer: Viewer, { devices }: FrameOf<'snapshot_end'>): Fault => {
    const { shown } = viewer;
    viewer.shown = 0;
    return devices === shown ? undefined : 'counts devices that were not shown';
  };

  const historyFault = (viewer: Viewer, { device, readings: page, next }: FrameOf<'history'>): Fault => {
    counts.history += page.length;
    const ofDevice = readings.filter(({ deviceId }) => deviceId === device);
    const betrays =
      next !== undefined && ofDevice.every((one) => outside(viewer, namesOf(one)) !== undefined);
    if (betrays) return 'betrays by "next" that there is a device';
    return first(page.map((shown) => readingFault(viewer, { deviceId: device, ...shown })));
  };

  /** Whether it exists or not, a device outside the grants is told of in the same words. */
  const explainFault = (viewer: Viewer, { device, delivered, stages }: FrameOf<'explain'>): Fault => {
    const known = newest.get(device);
    if (known !== undefined && outside(viewer, namesOf(known)) === undefined) {
      others.explained += 1;
      const isAsked = [...viewer.asked.values()].some((one) => wants(one, known));
      return delivered === isAsked ? undefined : 'is wrong about what is delivered';
    }
    others.hidden += 1;
    noSuchDevice.add(JSON.stringify(stages.slice(2)).replace(`device ${device}:`, 'it:'));
    return noSuchDevice.size > 1 || delivered ? 'betrays that there is a device' : undefined;
  };

  const statusFault = (viewer: Viewer, status: FrameOf<'device_status'>): Fault => {
    counts.statuses += 1;
    const known = newest.get(status.deviceId);
    if (known === undefined || namesOf(known).join() !== namesOf(status).join()) return 'is of no device';
    const isAsked = [...viewer.asked.values()].some(({ to }) => wants({ to, where: [] }, known));
    return isAsked ? outside(viewer, namesOf(known)) : 'was not asked for';
  };

  const noteFault = (viewer: Viewer, { to, text, from }: FrameOf<'note'>): Fault => {
    others.notes += 1;
    const note = notes.get(text);
    if (note?.from !== from || JSON.stringify(note.to) !== JSON.stringify(to)) return 'is what nobody wrote';
    const isAsked = [...viewer.asked.values()].some((one) => JSON.stringify(one.to) === JSON.stringify(to));
    if (!isAsked) return 'was not asked for';
    return outside(viewer, namesOfTarget(to, 'device' in to ? newest.get(to.device) : undefined));
  };

  const updatesFault = (viewer: Viewer, updates: readonly FrameOf<'sensor_update'>[]): Fault => {
    counts.folds += updates.filter(({ folded }) => folded !== undefined).length;
    return first(updates.map((update) => readingFault(viewer, update, [...viewer.asked.values()])));
  };

  const contentFault = (viewer: Viewer, frame: Frame): Fault => {
    switch (frame.type) {
      case 'sensor_update':
        counts.updates += 1;
        return updatesFault(viewer, [frame]);
      case 'sensor_batch':
        counts.replayed += frame.updates.length;
        return updatesFault(viewer, frame.updates);
      case 'snapshot':
        return snapshotFault(viewer, frame);
      case 'snapshot_end':
        return endFault(viewer, frame);
      case 'history':
        return historyFault(viewer, frame);
      case 'explain':
        return explainFault(viewer, frame);
      case 'device_status':
        return statusFault(viewer, frame);
      case 'note':
        return noteFault(viewer, frame);
      case 'subscriptions':
        return frame.items.every(
          ({ id, to }) => JSON.stringify(viewer.asked.get(id)?.to) === JSON.stringify(to),
        )
          ? undefined
          : "is somebody else's";
      case 'error':
        others.refused += 1;
        return undefined;
      default:
        return undefined; // It shows nothing.
    }
  };

  const take = (viewer: Viewer, frame: Frame, token: string | undefined): Fault => {
    if (frame.type === 'subscribed') viewer.asked.set(frame.id, { to: frame.to, where: frame.where ?? [] });
    if (frame.type === 'unsubscribed') viewer.asked.delete(frame.id);
    if (frame.type !== 'authenticated') return undefined;
    const identity = tokens.get(token ?? '');
    if (identity?.principal !== viewer.principal) return "is for another principal's token";
    Object.assign(viewer, { grants: identity.grants, expiresAt: identity.expiresAt });
    return undefined;
  };

  return {
    newest,
    tokens,
    notes,
    record,
    counts: () => ({ ...counts, ...others }),
    /** How many readings there were: the `n` of the next one. */
    said: () => readings.length,
    /** Whether it asked for this reading and may not see it now. */
    isWithheld: (viewer: Viewer, reading: Reading): boolean =>
      [...viewer.asked.values()].some((one) => wants(one, reading)) &&
      (viewer.expiresAt <= now() || outside(viewer, namesOf(reading)) !== undefined),
    mayWrite: (viewer: Viewer, to: Target): boolean =>
      outside(viewer, namesOfTarget(to, 'device' in to ? newest.get(to.device) : undefined)) === undefined,
    /** @param token Where the frame answers `authenticate`: the one that was shown. */
    judge: (viewer: Viewer, frame: Frame, token?: string): Fault =>
      take(viewer, frame, token) ??
      contentFault(viewer, frame) ??
      (needsToken.includes(frame.type) && viewer.expiresAt <= now() ? 'came after its token' : undefined),
  };
};
