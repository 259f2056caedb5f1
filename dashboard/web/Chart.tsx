import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import type { Device, Known } from './device.ts';
import { decimalsFor, formatNumber } from './format.ts';
import { keepPlot, plotData } from './plot.ts';
import { setView, view } from './viewSignal.ts';

/** The field that was chosen, if the device has it; else its first. */
const chartedField = ({ series }: Known): string | undefined => {
  const { field } = view.value;
  return field !== undefined && series.has(field) ? field : [...series.keys()][0];
};

const FieldChoice = ({ device, field }: { device: Device; field: string }) => (
  <select
    aria-label="Field to draw"
    value={field}
    onChange={({ currentTarget }) => setView({ ...view.value, field: currentTarget.value, chart: device.id })}
  >
    {[...device.known.series.keys()].map((one) => (
      <option key={one}>{one}</option>
    ))}
  </select>
);

const Extremes = ({ values }: { values: readonly number[] }) => {
  const decimals = decimalsFor(values);
  const text = (value: number): string => (values.length === 0 ? '–' : formatNumber(value, decimals));
  return (
    <dl class="extremes">
      <div>
        <dt>now</dt>
        <dd>{text(values.at(-1) ?? 0)}</dd>
      </div>
      <div>
        <dt>lowest</dt>
        <dd>{text(Math.min(...values))}</dd>
      </div>
      <div>
        <dt>highest</dt>
        <dd>{text(Math.max(...values))}</dd>
      </div>
    </dl>
  );
};

const Plot = ({ device, field }: { device: Device; field: string }) => {
  const box = useRef<HTMLDivElement>(null);
  const chart = useSignal<uPlot | undefined>(undefined);
  useEffect(() => {
    if (box.current === null) return;
    return keepPlot(box.current, (drawn) => (chart.value = drawn));
  }, []);
  useSignalEffect(() => {
    const series = device.shown.value.series.get(field);
    if (series !== undefined) chart.value?.setData(plotData(series));
  });
  return <div class="plot" ref={box} />;
};

/** Keeps its place while there is nothing to draw. */
const EmptyChart = () => (
  <section class="chart" aria-label="Chart">
    <header>
      <h2>No device yet</h2>
    </header>
    <div class="plot" />
  </section>
);

export const Chart = ({ device }: { device: Device | undefined }) => {
  if (device === undefined) return <EmptyChart />;
  const known = device.shown.value;
  const field = chartedField(known);
  return (
    <section class="chart" aria-label="Chart">
      <header>
        <h2 title={device.id}>{device.id}</h2>
        {field !== undefined && <FieldChoice device={device} field={field} />}
        {field !== undefined && <Extremes values={known.series.get(field)?.values ?? []} />}
      </header>
      {field === undefined ? (
        <p class="plot">This device has sent no numbers yet.</p>
      ) : (
        <Plot key={`${device.id} ${field}`} device={device} field={field} />
      )}
    </section>
  );
};
