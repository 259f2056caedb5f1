import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { decimalsFor, formatNumber } from './format.ts';
import type { Series } from './series.ts';

/** A chart that has just begun is this wide, so that its first points do not leap. */
const narrowestSeconds = 60;

const timeOfDay = (seconds: number): string => new Date(seconds * 1000).toLocaleTimeString('en-GB');

const color = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const axis = (): uPlot.Axis => ({
  stroke: color('--text-quiet'),
  grid: { stroke: color('--line'), width: 1 },
  ticks: { show: false },
  font: '12px system-ui, sans-serif',
});

const options = (box: HTMLElement): uPlot.Options => ({
  width: box.clientWidth,
  height: box.clientHeight,
  legend: { show: false },
  cursor: { y: false, drag: { x: false, y: false } },
  scales: { x: { range: (_, from, to) => [Math.min(from, to - narrowestSeconds), to] } },
  series: [{}, { stroke: color('--accent'), width: 2, points: { show: false } }],
  axes: [
    { ...axis(), size: 30, space: 90, values: (_, ticks) => ticks.map(timeOfDay) },
    {
      ...axis(),
      size: 64,
      values: (_, ticks) => ticks.map((tick) => formatNumber(tick, decimalsFor(ticks))),
    },
  ],
});

/** uPlot counts time in seconds. */
export const plotData = ({ times, values }: Series): uPlot.AlignedData => [
  times.map((ms) => ms / 1000),
  values,
];

const dark = matchMedia('(prefers-color-scheme: dark)');

/**
 * Keeps an empty chart in `box`, as large as the box, and tells `drawn` which it is: a canvas keeps the colors it was
 * drawn in, so there is a new chart when the page takes its other ones. Returns what ends it.
 */
export const keepPlot = (box: HTMLElement, drawn: (chart: uPlot) => void): (() => void) => {
  let chart = new uPlot(options(box), [[], []], box);
  drawn(chart);
  const redraw = (): void => {
    chart.destroy();
    chart = new uPlot(options(box), [[], []], box);
    drawn(chart);
  };
  const resized = new ResizeObserver(() =>
    chart.setSize({ width: box.clientWidth, height: box.clientHeight }),
  );
  resized.observe(box);
  dark.addEventListener('change', redraw);
  return () => {
    resized.disconnect();
    dark.removeEventListener('change', redraw);
    chart.destroy();
  };
};
