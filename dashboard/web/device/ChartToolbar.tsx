import type { ReadonlySignal, Signal } from '@preact/signals';
import { formatNumber, formatTime } from '../format.ts';
import type { ChartState } from './chartState.ts';
import type { HistoryState } from './deviceRecord.ts';
import { windows } from './window.ts';

const readings = (count: number): string =>
  `${formatNumber(count, 0)} ${count === 1 ? 'reading' : 'readings'}`;

const History = ({ history, reload }: { history: ReadonlySignal<HistoryState>; reload: () => void }) => {
  const state = history.value;
  if (state.is === 'failed')
    return (
      <span class="row">
        <span class="wrong">The history did not come.</span>
        <button type="button" onClick={reload}>
          Try again
        </button>
      </span>
    );
  if (state.is === 'loaded') return <span>All that is kept since {formatTime(state.from)} is here.</span>;
  return (
    <span>
      {state.is === 'loading' ? `Loading history: ${readings(state.readings)} …` : 'Loading history …'}
    </span>
  );
};

/** Which part of time the charts show. */
export const ChartToolbar = ({
  state: { windowMs, zoom, paused },
  waiting,
  history,
  pause,
  reload,
}: {
  state: ChartState;
  waiting: Signal<number>;
  history: ReadonlySignal<HistoryState>;
  pause: () => void;
  reload: () => void;
}) => (
  <div class="chart-toolbar row" role="group" aria-label="Time shown">
    {windows.map(({ ms, label }) => (
      <button
        key={ms}
        type="button"
        aria-pressed={windowMs.value === ms && zoom.value === undefined}
        onClick={() => {
          windowMs.value = ms;
          zoom.value = undefined;
        }}
      >
        {label}
      </button>
    ))}
    <button
      type="button"
      class="quiet"
      disabled={zoom.value === undefined}
      onClick={() => (zoom.value = undefined)}
    >
      Reset zoom
    </button>
    <button
      type="button"
      class={paused.value === undefined ? 'pause' : 'pause primary'}
      data-waiting={paused.value === undefined ? undefined : waiting.value}
      onClick={pause}
    >
      {paused.value === undefined ? 'Pause' : 'Catch up'}
    </button>
    <p class="chart-state small quiet-text" data-history={history.value.is}>
      {paused.value === undefined ? (
        <History history={history} reload={reload} />
      ) : (
        <span>Paused; {readings(waiting.value)} wait.</span>
      )}
    </p>
  </div>
);
