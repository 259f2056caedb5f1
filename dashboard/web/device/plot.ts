import '../language.ts';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { readColors } from './colors.ts';
import { drawHoles, drawLate } from './marks.ts';
import { clockTime, saysSeconds } from './clockTime.ts';
import { niceRange } from './niceRange.ts';
import { tickTexts } from './tickTexts.ts';
import { nothingVisible, type Visible } from './visible.ts';
import type { Span } from './window.ts';

/** What happens in a chart. Times are epoch ms. */
export type PlotEvents = {
  /** The pointer is there; undefined: it left. */
  readonly pointed: (time: number | undefined) => void;
  readonly selected: (span: Span) => void;
  readonly reset: () => void;
};

export type Plot = {
  readonly draw: (visible: Visible, span: Span) => void;
  /** Moves the crosshair of this chart, or takes it away. */
  readonly point: (time: number | undefined) => void;
  /** Takes the page's colors anew. */
  readonly recolor: () => void;
  readonly columns: () => number;
  readonly end: () => void;
};

const valueAxisWidth = 58;
const timeAxisHeight = 26;
/** s between two marks of the time axis. */
const timeSteps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 14_400];
/** Half of a time, less what is right of the plot. */
const edgeWidth = 24;
/** A shorter drag is a click with an unsteady hand, px. */
const leastDrag = 6;

/** Keeps a chart in `box`, as large as the box. Crosshairs of charts with the same `group` move together. */
export const keepPlot = (box: HTMLElement, group: string, events: PlotEvents): Plot => {
  let colors = readColors();
  let visible = nothingVisible;
  let span: Span = { from: 0, to: 1 };
  let isPointed = false;

  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis = (): uPlot.Axis => ({
    stroke: () => colors.ink,
    grid: { stroke: () => colors.line, width: 1 },
    ticks: { show: false },
    font,
  });
  const edge = (): uPlot.Series => ({ width: 0, points: { show: false }, auto: false });

  /** Nothing where half of it would be cut off. */
  const timeText = (at: uPlot, tick: number): string =>
    at.valToPos(tick, 'x') > at.over.clientWidth - edgeWidth ? '' : clockTime(tick * 1_000, span);

  const options: uPlot.Options = {
    width: Math.max(1, box.clientWidth),
    height: Math.max(1, box.clientHeight),
    padding: [8, 10, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      // Two are one pixel apart: the value is read beside the name, not from the height.
      points: { size: 7, one: true, stroke: () => colors.accent, fill: () => colors.surface, width: 2 },
      drag: { x: true, y: false, setScale: false, dist: leastDrag },
      sync: { key: group, scales: ['x', null], setSeries: false },
      bind: {
        dblclick: () => () => {
          events.reset();
          return null;
        },
      },
    },
    scales: {
      x: { auto: false, range: () => [span.from / 1_000, span.to / 1_000] },
      y: { auto: true, range: () => niceRange(visible.least, visible.greatest) },
    },
    series: [
      {},
      edge(),
      edge(),
      {
        stroke: () => colors.accent,
        width: 1.75,
        points: {
          show: false,
          size: 4,
          width: 0,
          fill: () => colors.accent,
          filter: () => (visible.lone.length === 0 ? null : visible.lone),
        },
      },
    ],
    bands: [{ series: [2, 1], fill: () => colors.band }],
    axes: [
      {
        ...axis(),
        size: timeAxisHeight,
        incrs: timeSteps,
        space: () => (saysSeconds(span) ? 88 : 66),
        values: (chart, ticks) => ticks.map((tick) => timeText(chart, tick)),
      },
      {
        ...axis(),
        size: valueAxisWidth,
        space: 34,
        values: (_, ticks) => tickTexts(ticks),
      },
    ],
    hooks: {
      drawAxes: [(chart) => drawHoles(chart, visible.holes, colors)],
      draw: [(chart) => drawLate(chart, visible.late, colors)],
      setCursor: [
        (chart) => {
          const left = chart.cursor.left ?? -1;
          if (isPointed && left >= 0) events.pointed(chart.posToVal(left, 'x') * 1_000);
        },
      ],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          const isOwn = isPointed && width >= leastDrag;
          if (width > 0) chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          if (!isOwn) return;
          const [from, to] = [left, left + width].map((at) => chart.posToVal(at, 'x') * 1_000);
          if (from !== undefined && to !== undefined && to > from) events.selected({ from, to });
        },
      ],
    },
  };
  const chart = new uPlot(options, [[], [], [], []], box);

  const enter = (): void => void (isPointed = true);
  const leave = (): void => {
    isPointed = false;
    events.pointed(undefined);
  };
  chart.over.addEventListener('mouseenter', enter);
  chart.over.addEventListener('mouseleave', leave);
  const resized = new ResizeObserver(() => {
    if (box.clientWidth > 0) chart.setSize({ width: box.clientWidth, height: box.clientHeight });
  });
  resized.observe(box);

  return {
    draw: (next, of) => {
      [visible, span] = [next, of];
      const { times, values } = visible;
      const folded = visible.low.length > 0;
      chart.batch(() => {
        chart.setData([times, folded ? visible.low : [], folded ? visible.high : [], values], false);
        chart.setScale('x', { min: of.from / 1_000, max: of.to / 1_000 });
        chart.redraw(true);
      });
    },
    point: (time) => {
      const left = time === undefined ? -10 : chart.valToPos(time / 1_000, 'x');
      chart.setCursor({ left, top: time === undefined ? -10 : 1 });
    },
    recolor: () => {
      colors = readColors();
      chart.redraw(true);
    },
    columns: () => Math.max(50, box.clientWidth - valueAxisWidth - 10),
    end: () => {
      resized.disconnect();
      chart.destroy();
    },
  };
};
