import { partsOf, type Target } from '../../fanout/client/telemetryClient.ts';
import { isName } from '../../fanout/names.ts';

/** What the page shows. It lives in the URL's query, so that it can be kept, shared and gone back to. */
export type View = {
  targets: readonly Target[];
  /** The device whose values are drawn large; undefined for the first one seen. */
  chart?: string;
  field?: string;
};

export type TargetKind = 'region' | 'type' | 'device';
export const targetKinds: readonly TargetKind[] = ['region', 'type', 'device'];

const targetOf = (kind: TargetKind, name: string): Target => {
  if (kind === 'region') return { region: name };
  return kind === 'type' ? { type: name } : { device: name };
};

/** A target that a person typed; undefined if nothing can have this name. */
export const targetFrom = (kind: TargetKind, text: string): Target | undefined => {
  const name = text.trim();
  return isName(name) ? targetOf(kind, name) : undefined;
};

/** One string per target, also for people. */
export const labelOf = (target: Target): string => partsOf(target).join(' ');

export const isWatched = ({ targets }: View, target: Target): boolean =>
  targets.some((one) => labelOf(one) === labelOf(target));

export const withTarget = (view: View, target: Target): View =>
  isWatched(view, target) ? view : { ...view, targets: [...view.targets, target] };

export const withoutTarget = (view: View, target: Target): View => ({
  ...view,
  targets: view.targets.filter((one) => labelOf(one) !== labelOf(target)),
});

/** E.g. `?region=eu-west&type=pump&chart=pump-1&field=rpm`. Names that nothing can have are passed over. */
export const parseView = (search: string): View => {
  const query = new URLSearchParams(search);
  const targets = targetKinds.flatMap((kind) =>
    query.getAll(kind).flatMap((name) => targetFrom(kind, name) ?? []),
  );
  const [chart, field] = [query.get('chart'), query.get('field')];
  return targets.reduce(withTarget, {
    targets: [],
    ...(chart === null ? {} : { chart }),
    ...(field === null ? {} : { field }),
  } satisfies View);
};

/** The query that {@link parseView} reads; empty if there is nothing to say. */
export const formatView = ({ targets, chart, field }: View): string => {
  const query = new URLSearchParams(targets.map(partsOf));
  if (chart !== undefined) query.set('chart', chart);
  if (field !== undefined) query.set('field', field);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
};

/** Whether a reading belongs to what is watched. */
export const shows = (
  { targets }: View,
  { deviceId, region, deviceType }: { deviceId: string; region: string; deviceType?: string },
): boolean =>
  targets.some((target) => {
    const [kind, name] = partsOf(target);
    return name === (kind === 'device' ? deviceId : kind === 'region' ? region : deviceType);
  });
