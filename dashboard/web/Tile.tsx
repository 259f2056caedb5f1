import { memo } from 'preact/compat';
import { serverNow } from './clock.ts';
import type { Device, Known } from './device.ts';
import { decimalsFor, formatAge, formatValue } from './format.ts';
import { Sparkline } from './Sparkline.tsx';
import { setView, view } from './viewSignal.ts';

/** A tile has room for these. */
const shownFields = 4;
const staleAfterMs = 60_000;

const choose = (device: Device): void => {
  const { targets } = view.value;
  setView({ targets, chart: device.id });
};

/** Numbers first, in the order they were first seen, so that no value changes its place. */
const fieldsOf = ({ series, latest }: Known): string[] => {
  const others = Object.keys(latest.data).filter((field) => !series.has(field));
  return [...series.keys(), ...others];
};

const Field = ({ known: { latest, series }, field }: { known: Known; field: string }) => (
  <div>
    <dt title={field}>{field}</dt>
    <dd>{formatValue(latest.data[field], decimalsFor(series.get(field)?.values ?? []))}</dd>
  </div>
);

/** Its own component: it moves each second, the rest of the tile does not. */
const Age = ({ at }: { at: number }) => {
  const age = serverNow() - at;
  return <span class={age > staleAfterMs ? 'age stale' : 'age'}>{formatAge(age)}</span>;
};

const Tile_ = ({ device, charted }: { device: Device; charted: boolean }) => {
  const known = device.shown.value;
  const { region, deviceType, receivedAt } = known.latest;
  const fields = fieldsOf(known);
  const [drawn] = known.series.values();
  return (
    <li class="tile" data-device={device.id}>
      <h3>
        <button type="button" aria-pressed={charted} title={device.id} onClick={() => choose(device)}>
          {device.id}
        </button>
      </h3>
      <p class="where">
        <span class="name">{deviceType === undefined ? region : `${region} · ${deviceType}`}</span>
        <Age at={receivedAt} />
      </p>
      <Sparkline series={drawn} />
      <dl>
        {fields.slice(0, shownFields).map((field) => (
          <Field key={field} known={known} field={field} />
        ))}
      </dl>
      {fields.length > shownFields && <p class="hint">and {fields.length - shownFields} more</p>}
    </li>
  );
};

/** The list is drawn anew when a device comes or goes; the tiles that stay need not be. */
export const Tile = memo(Tile_);
