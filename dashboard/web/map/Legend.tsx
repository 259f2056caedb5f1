import type { Health } from '../view/view.ts';
import { healthWords } from '../fleet/healthWords.ts';

const Shape = ({ health }: { health: Health }) => (
  <svg class="shape" data-health={health} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    {health === 'fresh' && <circle cx="8" cy="8" r="6" />}
    {health === 'stale' && <path d="M8 0 16 8 8 16 0 8Z" />}
    {health === 'offline' && <rect x="2" y="2" width="12" height="12" />}
  </svg>
);

/** How a ring around a number tells the worst of what it holds. */
const Ring = ({ health }: { health: Health }) => (
  <svg class="ring" data-health={health} viewBox="0 0 18 18" width="18" height="18" aria-hidden="true">
    <circle cx="9" cy="9" r="7.5" stroke-dasharray={health === 'stale' ? '4 2.5' : undefined} />
    {health === 'offline' && <circle cx="9" cy="9" r="4" />}
  </svg>
);

export const Legend = () => (
  <ul class="map-legend row small">
    {(['fresh', 'stale', 'offline'] as const).map((health) => (
      <li key={health} class="row">
        <Shape health={health} />
        <Ring health={health} />
        {healthWords[health]}
      </li>
    ))}
    <li class="quiet-text">A number stands for several; its ring shows the worst.</li>
  </ul>
);
