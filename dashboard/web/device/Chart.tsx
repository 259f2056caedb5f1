import { useComputed, useSignal, useSignalEffect, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { decimalsOf, formatNumber, formatTime } from '../format.ts';
import type { ChartState } from './chartState.ts';
import type { DeviceRecord } from './deviceRecord.ts';
import { loadPlot } from './loadPlot.ts';
import { nearestPlace } from './nearestPlace.ts';
import type { Plot } from './plot.ts';
import { summaryOf } from './summary.ts';
import { visibleOf } from './visible.ts';
import { zoomed, type Span } from './window.ts';

export type Drawn = (span: Span, words: string) => void;

/** What a chart says beside its lines. */
type Said = { value: string; detail: string; range: string };
const nothingSaid: Said = { value: '–', detail: '', range: '' };

/** Nothing within this share of the window is nothing at the crosshair. */
const reach = 0.03;
/** Of the window, with one press of a key. */
const zoomFactor = 0.6;
/** As in the ages of tiles. */
const nowMs = 5_000;
const pixelsIfUnknown = 400;
const unseenTurns = 10;

export const Chart = ({
  field,
  unit,
  record,
  state,
  group,
  enlist,
  span,
  announce,
}: {
  field: string;
  unit: string | undefined;
  record: DeviceRecord;
  state: ChartState;
  group: string;
  /** Has the chart drawn from now on. Returns what ends that. */
  enlist: (draw: Drawn, recolor: () => void) => () => void;
  span: () => Span;
  announce: Signal<string>;
}) => {
  const figure = useRef<HTMLElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(null);
  /** A canvas that is not on the screen is drawn now and then. */
  const isSeen = useRef(true);
  const turns = useRef(0);
  const newest = useSignal<Said>(nothingSaid);
  const isWrong = useSignal(false);

  const said = useComputed<Said>(() => {
    const at = state.crosshair.value;
    const now = newest.value;
    return at === undefined
      ? now
      : (saidAt(record, field, at, span()) ?? { value: '–', detail: formatTime(at), range: '' });
  });

  const unitNow = useRef(unit); // A unit may be known later than the first reading.
  unitNow.current = unit;

  const draw: Drawn = (of, words) => {
    const column = record.series.fields.get(field);
    if (column === undefined || figure.current === null) return;
    const window = { ...of, columns: plot.current?.columns() ?? pixelsIfUnknown };
    const visible = visibleOf(record.series, column, window, record.coveredFrom());
    const { least, greatest, last, points, gaps } = visible;
    const now = last < 0 ? undefined : column.values[last];
    const decimals = decimalsOf(column.scale);
    const text = (value: number): string => formatNumber(value, decimals);
    newest.value = {
      value: now === undefined ? '–' : text(now),
      detail: lastShown(record.series.stamps.times[last], of.to),
      range: least === undefined || greatest === undefined ? '' : `${text(least)} to ${text(greatest)}`,
    };
    const { dataset } = figure.current;
    dataset['points'] = String(points);
    dataset['gaps'] = String(gaps);
    const summary = summaryOf({
      field,
      unit: unitNow.current,
      decimals,
      now,
      least,
      greatest,
      gaps,
      span: words,
    });
    figure.current.setAttribute('aria-label', summary);
    turns.current += 1;
    if (!isSeen.current && turns.current % unseenTurns !== 0) return;
    plot.current?.draw(visible, of);
    const pinned = state.pinned.peek();
    if (pinned !== undefined) plot.current?.point(pinned);
  };

  useEffect(() => {
    let isGone = false;
    let leave = enlist(draw, () => plot.current?.recolor());
    const begin = async (): Promise<void> => {
      try {
        const { keepPlot } = await loadPlot();
        if (isGone || box.current === null) return;
        plot.current = keepPlot(box.current, group, {
          pointed: (time) => {
            if (time !== undefined) state.pinned.value = undefined;
            state.pointed.value = time;
          },
          selected: (of) => (state.zoom.value = of),
          reset: () => (state.zoom.value = undefined),
        });
        leave();
        leave = enlist(draw, () => plot.current?.recolor());
      } catch {
        isWrong.value = true;
      }
    };
    void begin();
    const watcher = new IntersectionObserver((entries) => {
      isSeen.current = entries.at(-1)?.isIntersecting ?? true;
      if (!isSeen.current) return;
      leave();
      leave = enlist(draw, () => plot.current?.recolor());
    });
    if (figure.current !== null) watcher.observe(figure.current);
    return () => {
      isGone = true;
      watcher.disconnect();
      leave();
      plot.current?.end();
    };
  }, []);

  useSignalEffect(() => {
    const at = state.pinned.value;
    if (state.pointed.peek() === undefined) plot.current?.point(at);
  });

  const pin = (time: number | undefined): void => {
    state.pointed.value = undefined;
    state.pinned.value = time;
    const at = time === undefined ? undefined : saidAt(record, field, time, span());
    announce.value = at === undefined ? '' : `${at.value} ${unit ?? ''}, ${at.detail}`;
  };

  const step = (by: number): void => {
    const { series } = record;
    const column = series.fields.get(field);
    const of = span();
    const from = state.crosshair.peek();
    if (column === undefined) return;
    const place = nearestPlace(series, column, from ?? of.to, from === undefined ? 0 : by);
    const time = place === undefined ? undefined : series.stamps.times[place];
    if (time !== undefined && time >= of.from && time <= of.to) pin(time);
  };

  const keys: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
    ArrowLeft: ({ shiftKey }) => step(shiftKey ? -10 : -1),
    ArrowRight: ({ shiftKey }) => step(shiftKey ? 10 : 1),
    Home: () => pin(nearestTime(record, field, span().from)),
    End: () => pin(nearestTime(record, field, span().to)),
    '+': () => (state.zoom.value = zoomed(span(), zoomFactor, state.crosshair.peek() ?? span().to)),
    '-': () => (state.zoom.value = zoomed(span(), 1 / zoomFactor, state.crosshair.peek() ?? span().to)),
    '0': () => (state.zoom.value = undefined),
  };

  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]?.(event);
  };

  return (
    <figure
      ref={figure}
      class="chart card"
      tabIndex={0}
      data-field={field}
      data-points="0"
      data-gaps="0"
      aria-label={field.slice(0, 80)}
      aria-describedby="chart-keys"
      onKeyDown={press}
      onBlur={() => (state.pinned.value = undefined)}
    >
      <div class="chart-head" aria-hidden="true">
        <span class="clip" title={field}>
          {field}
        </span>
        <span class="chart-value">
          {useComputed(() => said.value.value)}
          {unit !== undefined && <span class="unit"> {unit}</span>}
        </span>
      </div>
      <div class="chart-detail" aria-hidden="true">
        <span>{useComputed(() => said.value.detail)}</span>
        <span class="clip">{useComputed(() => said.value.range)}</span>
      </div>
      <div class="plot" ref={box} aria-hidden="true" />
      {isWrong.value && <p class="small wrong">The chart could not be loaded. Reload the page.</p>}
    </figure>
  );
};

/** When the last point was, where that is not just now. */
const lastShown = (time: number | undefined, to: number): string =>
  time === undefined ? '' : to - time < nowMs ? 'now' : formatTime(time);

const nearestTime = ({ series }: DeviceRecord, name: string, time: number): number | undefined => {
  const field = series.fields.get(name);
  const place = field === undefined ? undefined : nearestPlace(series, field, time, 0);
  return place === undefined ? undefined : series.stamps.times[place];
};

/** What a chart says of one time: the point next to it, with what was folded into it. */
const saidAt = (
  { series }: DeviceRecord,
  name: string,
  time: number,
  { from, to }: Span,
): Said | undefined => {
  const field = series.fields.get(name);
  const place = field === undefined ? undefined : nearestPlace(series, field, time, 0);
  if (field === undefined || place === undefined) return undefined;
  const at = series.stamps.times[place] ?? 0;
  if (Math.abs(at - time) > (to - from) * reach) return undefined;
  const text = (value = NaN): string => formatNumber(value, decimalsOf(field.scale));
  const [low, high] = [field.bounds?.low[place], field.bounds?.high[place]];
  const isFolded = low !== undefined && high !== undefined && low < high;
  const notes = [
    ...(isFolded ? [`${text(low)} to ${text(high)}`] : []),
    ...(series.stamps.lates[place] === 1 ? ['late'] : []),
  ];
  return { value: text(field.values[place]), detail: formatTime(at), range: notes.join(', ') };
};
