import { memo } from 'preact/compat';
import { decimalsOf, emptyScale, formatAge, formatValue } from '../format.ts';
import { serverNow } from '../session/clock.ts';
import { ageOf } from './device.ts';
import { DeviceItem } from './DeviceItem.tsx';
import { healthOf } from './health.ts';
import { healthWords } from './healthWords.ts';
import type { TileProps } from './Tile.tsx';
import { unitOf } from './unitOf.ts';

/** A shape for each, since color alone is not seen by everybody. */
const shapes = { fresh: '●', stale: '▲', offline: '✕' } as const;

const Cell_ = ({ device, session, ...standing }: TileProps) => {
  const now = serverNow();
  const { data, deviceType, subscriptions } = device.latest;
  const health = healthOf(device, now, session.heldBackMs(subscriptions));
  const [[field, scale] = []] = device.fields;
  const unit = field === undefined ? undefined : unitOf(session.config.value?.units, deviceType, field);
  return (
    <DeviceItem shape="cell" device={device} drawn={device.drawn.value} health={health} {...standing}>
      <p class="cell-value clip" title={field}>
        <span class="shape" role="img" aria-label={healthWords[health]}>
          {shapes[health]}
        </span>
        <span class="value">
          {field === undefined ? '–' : formatValue(data[field], decimalsOf(scale ?? emptyScale))}
        </span>
        <span class="unit">{health === 'fresh' ? (unit ?? '') : formatAge(ageOf(device, now))}</span>
      </p>
    </DeviceItem>
  );
};

/** A device in the least room: its name, its first value, how it is. */
export const Cell = memo(Cell_);
