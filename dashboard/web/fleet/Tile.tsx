import { memo } from 'preact/compat';
import { decimalsOf, emptyScale, formatAge, formatValue } from '../format.ts';
import { serverNow } from '../session/clock.ts';
import type { Session } from '../session/session.ts';
import { ageOf, type Device } from './device.ts';
import { DeviceItem, type Standing } from './DeviceItem.tsx';
import { healthOf } from './health.ts';
import { healthWords } from './healthWords.ts';
import { Sparkline } from './Sparkline.tsx';
import { unitOf } from './unitOf.ts';

/** A tile has room for these. */
const shownFields = 3;

const Field = ({ device, field, unit }: { device: Device; field: string; unit: string | undefined }) => (
  <div>
    <dt class="clip" title={field}>
      {field}
      {unit !== undefined && <span class="unit"> {unit}</span>}
    </dt>
    <dd class="clip">
      {formatValue(device.latest.data[field], decimalsOf(device.fields.get(field) ?? emptyScale))}
    </dd>
  </div>
);

export type TileProps = Standing & { device: Device; session: Session };

const Tile_ = ({ device, session, ...standing }: TileProps) => {
  const now = serverNow();
  const { region, deviceType, subscriptions } = device.latest;
  const health = healthOf(device, now, session.heldBackMs(subscriptions));
  const fields = [...device.fields.keys()];
  const units = session.config.value?.units;
  return (
    <DeviceItem shape="tile" device={device} drawn={device.drawn.value} health={health} {...standing}>
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
    </DeviceItem>
  );
};

/** The list is drawn anew when a device comes or goes; the tiles that stay need not be. */
export const Tile = memo(Tile_);
