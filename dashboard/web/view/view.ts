import { ConditionError, formatCondition, parseCondition } from '../../condition.ts';
import { partsOf, type Target } from '../../../fanout/client/telemetryClient.ts';
import { limits } from '../../../fanout/limits.ts';
import { isName } from '../../../fanout/names.ts';
import type { Condition } from '../../../fanout/protocol.ts';

export type TargetKind = 'region' | 'type' | 'device';
export const targetKinds: readonly TargetKind[] = ['region', 'type', 'device'];

/** One thing to subscribe to. */
export type Watch = {
  readonly to: Target;
  readonly where?: readonly Condition[];
  /** Updates per second and device. */
  readonly maxRate?: number;
};

/** What a device is to whoever looks at it: see fleet/health.ts. */
export const healths = ['fresh', 'stale', 'offline'] as const;
export type Health = (typeof healths)[number];

export const sorts = ['name', 'region', 'type', 'trouble'] as const;
export type Sort = (typeof sorts)[number];
/** How much room a device has: a tile, or a cell with its name and its first value. */
export const sizes = ['tile', 'cell'] as const;
export type Size = (typeof sizes)[number];
export const panels = ['watching', 'notes', 'connection'] as const;
export type Panel = (typeof panels)[number];

/** What the page shows. It lives in the URL's query, so that it can be kept, shared and gone back to. */
export type View = {
  readonly watches: readonly Watch[];
  /** Where the fleet is shown. */
  readonly show: 'fleet' | 'map';
  /** The device that fills the page. */
  readonly open?: string;
  readonly panel?: Panel;
  /** Devices whose name, type or region holds this. */
  readonly find: string;
  readonly only?: Health;
  readonly sort: Sort;
  readonly size: Size;
  /** For a screen on a wall: nothing to click on. */
  readonly wall: boolean;
  /** Whether rates follow what is looked at: see session/attention.ts. */
  readonly attentive: boolean;
};

export const emptyView: View = {
  watches: [],
  show: 'fleet',
  find: '',
  sort: 'name',
  size: 'tile',
  wall: false,
  attentive: true,
};

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

export const isMaxRate = (rate: number): boolean =>
  rate >= limits.maxRate.least && rate <= limits.maxRate.most;

const conditionFrom = (text: string): Condition[] => {
  try {
    return [parseCondition(text)];
  } catch (error) {
    if (error instanceof ConditionError) return [];
    throw error;
  }
};

/**
 * E.g. `eu-west;where=temperature>20;rate=0.5`; a `;` of its own is written `%3B`, and a `%` `%25`. Parts that make no
 * sense are passed over.
 */
const parseWatch = (kind: TargetKind, text: string): Watch[] => {
  const [name = '', ...parts] = text
    .split(';')
    .map((part) => part.replaceAll('%3B', ';').replaceAll('%25', '%'));
  const to = targetFrom(kind, name);
  if (to === undefined) return [];
  const valuesOf = (key: string): string[] =>
    parts.flatMap((part) => (part.startsWith(`${key}=`) ? [part.slice(key.length + 1)] : []));
  const where = valuesOf('where').flatMap(conditionFrom).slice(0, limits.conditions);
  const [rate] = valuesOf('rate').map(Number).filter(isMaxRate);
  return [{ to, ...(where.length === 0 ? {} : { where }), ...(rate === undefined ? {} : { maxRate: rate }) }];
};

const formatWatch = ({ to, where = [], maxRate }: Watch): [TargetKind, string] => {
  const [kind, name] = partsOf(to);
  const parts = [
    ...where.map((condition) => `where=${formatCondition(condition)}`),
    ...(maxRate === undefined ? [] : [`rate=${maxRate}`]),
  ];
  const escaped = parts.map((part) => part.replaceAll('%', '%25').replaceAll(';', '%3B'));
  return [kind, [name, ...escaped].join(';')];
};

/**
 * A connection has {@link limits.subscriptions}; one is kept for the device that is opened. A URL may hold more: the
 * server then says at each what it did not take.
 */
export const mostWatches = limits.subscriptions - 1;
/** Nobody means more than this; a hostile URL must not hang the page. */
const mostParsed = 200;

/** One string per watch: those with the same ask for the same. */
export const keyOf = (watch: Watch): string => formatWatch(watch).join(' ');

export const isWatched = ({ watches }: View, watch: Watch): boolean => {
  const key = keyOf(watch);
  return watches.some((one) => keyOf(one) === key);
};

export const withWatch = (view: View, watch: Watch): View =>
  isWatched(view, watch) ? view : { ...view, watches: [...view.watches, watch] };

export const withoutWatch = (view: View, watch: Watch): View => ({
  ...view,
  watches: view.watches.filter((one) => keyOf(one) !== keyOf(watch)),
});

/** Another one in its place; where there is one like it already, that alone stays. */
export const changeWatch = (view: View, from: Watch, to: Watch): View => {
  if (keyOf(from) === keyOf(to)) return view;
  if (isWatched(view, to)) return withoutWatch(view, from);
  return { ...view, watches: view.watches.map((one) => (keyOf(one) === keyOf(from) ? to : one)) };
};

const oneOf = <T extends string>(all: readonly T[], text: string | null): T | undefined =>
  all.find((one) => one === text);

const isOn = (query: URLSearchParams, name: string): boolean => {
  const text = query.get(name);
  return text !== null && text !== '0' && text !== 'false' && text !== 'off';
};

const watchesIn = (query: URLSearchParams): Watch[] => {
  const pairs = [...query].flatMap(([name, text]) => {
    const kind = oneOf(targetKinds, name);
    return kind === undefined ? [] : [{ kind, text }];
  });
  return pairs.slice(0, mostParsed).flatMap(({ kind, text }) => parseWatch(kind, text));
};

/** E.g. `?region=eu-west;rate=1&type=pump&open=pump-1`. What makes no sense is passed over. */
export const parseView = (search: string): View => {
  const query = new URLSearchParams(search);
  const [open, find] = [query.get('open') ?? '', query.get('find') ?? ''];
  const panel = oneOf(panels, query.get('panel'));
  const only = oneOf(healths, query.get('only'));
  return watchesIn(query).reduce<View>(withWatch, {
    ...emptyView,
    show: query.get('show') === 'map' ? 'map' : 'fleet',
    ...(isName(open) ? { open } : {}),
    ...(panel === undefined ? {} : { panel }),
    find: find.slice(0, 200),
    ...(only === undefined ? {} : { only }),
    sort: oneOf(sorts, query.get('sort')) ?? emptyView.sort,
    size: oneOf(sizes, query.get('size')) ?? emptyView.size,
    wall: isOn(query, 'wall'),
    attentive: query.get('attention') !== 'off',
  });
};

/** What URLSearchParams escapes and a query need not (RFC 3986, 3.4): the first `=` of a pair ends its name. */
const needless = /%3B|%3D|%3A|%2C/g;

/** The query that {@link parseView} reads; empty if there is nothing to say. */
export const formatView = (view: View): string => {
  const pairs: [string, string | undefined][] = [
    ...view.watches.map(formatWatch),
    ['show', view.show === 'map' ? 'map' : undefined],
    ['open', view.open],
    ['panel', view.panel],
    ['find', view.find === '' ? undefined : view.find],
    ['only', view.only],
    ['sort', view.sort === emptyView.sort ? undefined : view.sort],
    ['size', view.size === emptyView.size ? undefined : view.size],
    ['wall', view.wall ? '1' : undefined],
    ['attention', view.attentive ? undefined : 'off'],
  ];
  const query = new URLSearchParams(
    pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const text = query.toString().replaceAll(needless, decodeURIComponent);
  return text === '' ? '' : `?${text}`;
};

/** What an address asks to be subscribed to and makes no sense, as it stands there; all or part of it was left out. */
export const leftOut = (search: string): string[] => {
  const query = new URLSearchParams(search);
  return targetKinds.flatMap((kind) =>
    query.getAll(kind).flatMap((text) => {
      const [watch] = parseWatch(kind, text);
      const kept = watch === undefined ? 0 : formatWatch(watch)[1].split(';').length;
      return kept === text.split(';').length ? [] : [`${kind}=${text}`];
    }),
  );
};
