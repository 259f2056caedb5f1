import type { Ring } from './ring.ts';
import { sparklinePath } from './sparklinePath.ts';

/** The last minute or so, without scale: it shows movement; the chart shows values. */
export const Sparkline = ({ ring }: { ring: Ring }) => (
  <svg class="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
    <path d={sparklinePath(ring)} />
  </svg>
);
