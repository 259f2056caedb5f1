import { sparklinePath } from './sparklinePath.ts';
import type { Series } from './series.ts';

/** The last minute or so, without scale: it shows movement; the chart shows values. */
export const Sparkline = ({ series }: { series: Series | undefined }) => (
  <svg class="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
    <path d={series === undefined ? '' : sparklinePath(series.values)} />
  </svg>
);
