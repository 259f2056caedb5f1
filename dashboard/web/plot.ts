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
    { ...axis(), space: 90, values: (_, ticks) => ticks.map(timeOfDay) },
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

/** An empty chart in `box`, in the colors of the page; it follows the size of the box. `remove` ends it. */
export const plot = (box: HTMLElement): { chart: uPlot; remove: () => void } => {
  const chart = new uPlot(options(box), [[], []], box);
  const resized = new ResizeObserver(() =>
    chart.setSize({ width: box.clientWidth, height: box.clientHeight }),
  );
  resized.observe(box);
  return {
    chart,
    remove: () => {
      resized.disconnect();
      chart.destroy();
    },
  };
};
