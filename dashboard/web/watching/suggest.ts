import { partsOf } from '../../../fanout/client/telemetryClient.ts';
import type { DashboardConfig } from '../../config.ts';
import type { Device } from '../fleet/device.ts';
import { targetFrom, type TargetKind, type Watch } from '../view/view.ts';

type Suggestions = DashboardConfig['suggestions'];
type Seen = readonly Pick<Device, 'id' | 'latest'>[];

const collator = new Intl.Collator('en', { numeric: true });

const namesSeen = (kind: TargetKind, devices: Seen): string[] =>
  devices.flatMap(({ id, latest }) => {
    if (kind === 'device') return [id];
    return kind === 'region' ? [latest.region] : (latest.deviceType ?? []);
  });

const configured = (kind: TargetKind, suggestions: Suggestions): readonly string[] => {
  if (kind === 'device') return [];
  return (kind === 'region' ? suggestions?.regions : suggestions?.types) ?? [];
};

/** What a list to choose from can show. */
const most = 100;

/** The names of a kind that are known and begin with, or hold, what was typed so far. */
export const namesFor = (
  kind: TargetKind,
  typed: string,
  suggestions: Suggestions,
  devices: Seen,
): string[] => {
  const part = typed.trim().toLowerCase();
  const names = new Set([...configured(kind, suggestions), ...namesSeen(kind, devices)]);
  return [...names]
    .filter((name) => name.toLowerCase().includes(part))
    .sort(collator.compare)
    .slice(0, most);
};

/** Regions and types that are not watched yet, in whatever way. */
export const unwatched = (watches: readonly Watch[], suggestions: Suggestions, devices: Seen): Watch[] => {
  const labels = new Set(watches.map(({ to }) => partsOf(to).join(' ')));
  return (['region', 'type'] as const).flatMap((kind) =>
    namesFor(kind, '', suggestions, devices)
      .filter((name) => !labels.has(`${kind} ${name}`))
      .flatMap((name) => {
        const to = targetFrom(kind, name);
        return to === undefined ? [] : [{ to }];
      }),
  );
};
