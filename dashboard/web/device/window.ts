import { formatTime } from '../format.ts';

export const windows = [
  { ms: 60_000, label: '1 min' },
  { ms: 5 * 60_000, label: '5 min' },
  { ms: 15 * 60_000, label: '15 min' },
  { ms: 60 * 60_000, label: '1 h' },
] as const;

/** ms. */
export type Span = { readonly from: number; readonly to: number };
/** How much is shown: a zoom stays where it is; else the window ends now, or where it was paused. */
export type Shown = {
  readonly windowMs: number;
  readonly zoom?: Span | undefined;
  readonly pausedAt?: number | undefined;
};

const leastMs = 500;
const mostMs = 24 * 3_600_000;

export const spanOf = ({ windowMs, zoom, pausedAt }: Shown, now: number): Span =>
  zoom ?? { from: (pausedAt ?? now) - windowMs, to: pausedAt ?? now };

/** Narrower (below 1) or wider around a place in it, which stays where it is. */
export const zoomed = ({ from, to }: Span, factor: number, around: number): Span => {
  const center = Math.min(to, Math.max(from, around));
  const width = Math.min(mostMs, Math.max(leastMs, (to - from) * factor));
  const share = (center - from) / (to - from);
  return { from: center - width * share, to: center + width * (1 - share) };
};

/** E.g. `in the last 5 min`. */
export const wordsOf = (shown: Shown): string => {
  const { from, to } = spanOf(shown, 0);
  if (shown.zoom !== undefined) return `from ${formatTime(from)} to ${formatTime(to)}`;
  const label = windows.find(({ ms }) => ms === shown.windowMs)?.label ?? '';
  return shown.pausedAt === undefined ? `in the last ${label}` : `in the ${label} before ${formatTime(to)}`;
};
