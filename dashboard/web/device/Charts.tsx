import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { formatNumber } from '../format.ts';
import type { Device } from '../fleet/device.ts';
import { unitOf } from '../fleet/unitOf.ts';
import { serverNow, serverSecond } from '../session/clock.ts';
import type { Session } from '../session/session.ts';
import { atMost } from './atMost.ts';
import { Chart, type Drawn } from './Chart.tsx';
import { chartState } from './chartState.ts';
import { ChartToolbar } from './ChartToolbar.tsx';
import type { DeviceRecord } from './deviceRecord.ts';
import { spanOf, wordsOf, type Span } from './window.ts';

const mostCharts = 16;
/** Nobody sees a line grow more often than this, ms. */
const restMs = 100;
/** How far a device's clock may be ahead of what is known of it, ms. */
const trustedMs = 10_000;

const dark = matchMedia('(prefers-color-scheme: dark)');

const Legend = () => (
  <ul class="legend row small quiet-text" aria-label="In the charts">
    <li class="key-band">least to greatest of folded readings</li>
    <li class="key-late">came late</li>
    <li class="key-hole">missing</li>
    <li class="unseen" id="chart-keys">
      Left and right move the crosshair, plus and minus zoom, 0 shows all again.
    </li>
  </ul>
);

const Left = ({ names }: { names: readonly string[] }) =>
  names.length === 0 ? null : (
    <p class="small quiet-text wrap">
      {formatNumber(names.length, 0)} more numbers have no chart: {names.join(', ').slice(0, 600)}
    </p>
  );

/** One chart for each number that the device sends. */
export const Charts = ({
  id,
  device,
  record,
  session,
  changes,
}: {
  id: string;
  device: () => Device | undefined;
  record: DeviceRecord;
  session: Session;
  /** Calls back at whatever comes. Returns what ends that. */
  changes: (changed: () => void) => () => void;
}) => {
  const state = useMemo(chartState, []);
  const draws = useMemo(() => new Map<Drawn, () => void>(), []);
  const names = useSignal<readonly string[]>([]);
  const waiting = useSignal(0);
  const announced = useSignal('');

  /** By the device's clock, as its readings are. */
  const now = (): number => {
    const { length, stamps } = record.series;
    const newest = length === 0 ? 0 : (stamps.times[length - 1] ?? 0);
    const expected = serverNow() - (device()?.transitMs ?? 0);
    // A single reading from the future must not take the window with it.
    return newest - expected > trustedMs ? expected : Math.max(newest, expected);
  };
  const span = (): Span => spanOf(state.shown.peek(), now());

  const draw = (): void => {
    const { fields } = record.series;
    if (fields.size !== names.peek().length) names.value = [...fields.keys()];
    const shown = state.shown.peek();
    const of = span();
    for (const one of draws.keys()) one(of, wordsOf(shown));
  };
  const pacing = useMemo(
    () =>
      atMost(
        restMs,
        { nextFrame: requestAnimationFrame, later: setTimeout, clock: () => performance.now() },
        draw,
      ),
    [],
  );

  const isPaused = (): boolean => state.paused.peek() !== undefined;
  useEffect(() => {
    const recolor = (): void => draws.forEach((again) => again());
    dark.addEventListener('change', recolor);
    const stop = changes(() => {
      const paused = state.paused.peek();
      if (paused !== undefined) waiting.value = record.came() - paused.came;
      else pacing.touch();
    });
    const stops = [
      stop,
      state.shown.subscribe(() => pacing.touch()),
      // A window that ends now moves on with time alone.
      serverSecond.subscribe(() => isPaused() || pacing.touch()),
    ];
    return () => {
      dark.removeEventListener('change', recolor);
      for (const one of stops) one();
      pacing.end();
    };
  }, []);
  const enlist = (one: Drawn, recolor: () => void): (() => void) => {
    draws.set(one, recolor);
    pacing.touch();
    return () => draws.delete(one);
  };
  const pause = (): void => {
    waiting.value = 0;
    state.paused.value = isPaused() ? undefined : { at: now(), came: record.came() };
  };
  const units = session.config.value?.units;
  const type = device()?.latest.deviceType;
  const shownNames = names.value.slice(0, mostCharts);
  return (
    <section class="stack" aria-labelledby="charts-title">
      <h3 id="charts-title" class="unseen">
        Charts
      </h3>
      <ChartToolbar
        state={state}
        waiting={waiting}
        history={record.history}
        pause={pause}
        reload={record.reload}
      />
      <div class="charts">
        {shownNames.map((field) => (
          <Chart
            key={field}
            field={field}
            unit={unitOf(units, type, field)}
            record={record}
            state={state}
            group={`device ${id}`}
            enlist={enlist}
            span={span}
            announce={announced}
          />
        ))}
      </div>
      <Left names={[...names.value.slice(mostCharts), ...record.series.left]} />
      <Legend />
      <p class="unseen" role="status">
        {announced}
      </p>
    </section>
  );
};
