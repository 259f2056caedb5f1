import { memo } from 'preact/compat';
import { decimalsOf, emptyScale, formatAge, formatValue } from '../format.ts';
import { serverNow } from '../session/clock.ts';
import type { Session } from '../session/session.ts';
import { changeView } from '../view/viewSignal.ts';
import { ageOf, type Device } from './device.ts';
import { healthOf } from './health.ts';
import { healthWords } from './healthWords.ts';
import { Sparkline } from './Sparkline.tsx';
import { unitOf } from './unitOf.ts';

/** A tile has room for these. */
const shownFields = 3;

const Field = ({ device, field, unit }: { device: Device; field: string; unit: string | undefined }) => (
  <div class="reading">
    <dt class="clip" title={field}>
      {field}
      {unit !== undefined && <span class="unit"> {unit}</span>}
    </dt>
    <dd class="clip">
      {formatValue(device.latest.data[field], decimalsOf(device.fields.get(field) ?? emptyScale))}
    </dd>
  </div>
);

export type TileProps = {
  device: Device;
  session: Session;
  place: number;
  of: number;
  /** Whether Tab gets here; the arrow keys get to the others. */
  isReached: boolean;
};

const Tile_ = ({ device, session, place, of, isReached }: TileProps) => {
  const now = serverNow();
  const { region, deviceType, subscriptions } = device.latest;
  const health = healthOf(device, now, session.heldBackMs(subscriptions));
  const fields = [...device.fields.keys()];
  const units = session.config.value?.units;
  return (
    <li
      class="tile card"
      data-device={device.id}
      // Drawn anew when this moves, and not before.
      data-drawn={device.drawn.value}
      data-health={health}
      aria-posinset={place + 1}
      aria-setsize={of}
    >
      <h3>
        <button
          type="button"
          class="clip"
          title={device.id}
          tabIndex={isReached ? 0 : -1}
          data-place={place}
          onClick={() => changeView({ open: device.id })}
        >
          {device.id}
        </button>
      </h3>
      <p class="where">
        <span class="clip">{deviceType === undefined ? region : `${deviceType} · ${region}`}</span>
        <span class="health dot">
          {health === 'fresh' ? formatAge(ageOf(device, now)) : healthWords[health]}
          {health !== 'fresh' && ` · ${formatAge(ageOf(device, now))}`}
        </span>
      </p>
      <Sparkline ring={device.ring} />
      <dl>
        {fields.slice(0, shownFields).map((field) => (
          <Field key={field} device={device} field={field} unit={unitOf(units, deviceType, field)} />
        ))}
      </dl>
    </li>
  );
};

/** The list is drawn anew when a device comes or goes; the tiles that stay need not be. */
export const Tile = memo(Tile_);
