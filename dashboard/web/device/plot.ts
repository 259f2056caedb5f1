import '../language.ts';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clockTime, saysSeconds } from './clockTime.ts';
import { niceRange } from './niceRange.ts';
import { tickTexts } from './tickTexts.ts';
import type { Visible } from './visible.ts';
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

type Colors = {
  readonly [Name in 'ink' | 'line' | 'accent' | 'band' | 'stale' | 'soft' | 'surface']: string;
};

const readColors = (): Colors => {
  const style = getComputedStyle(document.documentElement);
  const of = (token: string): string => style.getPropertyValue(token).trim();
  return {
    ink: of('--ink-quiet'),
    line: of('--line'),
    accent: of('--accent'),
    band: of('--band'),
    stale: of('--stale'),
    soft: of('--stale-soft'),
    surface: of('--surface'),
  };
};

const valueAxisWidth = 58;
const timeAxisHeight = 26;
/** s between two marks of the time axis. */
const timeSteps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 14_400];
/** A shorter drag is a click with an unsteady hand, px. */
const leastDrag = 6;

/** Readings that are known to be missing: a tint and slanted lines, so that it is not color alone. */
const drawHoles = (chart: uPlot, holes: Visible['holes'], { soft, stale }: Colors): void => {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { from, to } of holes) {
    const left = Math.max(bbox.left, chart.valToPos(from / 1_000, 'x', true));
    const right = Math.min(bbox.left + bbox.width, chart.valToPos(to / 1_000, 'x', true));
    if (right <= left) continue;
    hatch(ctx, { left, top: bbox.top, width: Math.max(2, right - left), height: bbox.height }, soft, stale);
  }
  ctx.restore();
};

const hatch = (
  ctx: CanvasRenderingContext2D,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
  fill: string,
  stroke: string,
): void => {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.fillStyle = fill;
  ctx.fillRect(left, top, width, height);
  ctx.beginPath();
  const step = 7 * devicePixelRatio;
  for (let x = left - height; x < left + width; x += step) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeStyle = stroke;
  ctx.globalAlpha = 0.55;
  ctx.stroke();
  ctx.restore();
};

/** Readings that came late: rings. */
const drawLate = (chart: uPlot, late: Visible['late'], { stale, surface }: Colors): void => {
  const { ctx } = chart;
  ctx.save();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.strokeStyle = stale;
  ctx.fillStyle = surface;
  for (const { time, value } of late) {
    ctx.beginPath();
    const [x, y] = [chart.valToPos(time / 1_000, 'x', true), chart.valToPos(value, 'y', true)];
    ctx.arc(x, y, 3 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
};

const nothing: Visible = {
  times: [],
  values: [],
  low: [],
  high: [],
  lone: [],
  late: [],
  holes: [],
  points: 0,
  gaps: 0,
  least: undefined,
  greatest: undefined,
  last: -1,
};

/** Keeps a chart in `box`, as large as the box. Crosshairs of charts with the same `group` move together. */
export const keepPlot = (box: HTMLElement, group: string, events: PlotEvents): Plot => {
  let colors = readColors();
  let visible = nothing;
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
        values: (_, ticks) => ticks.map((tick) => clockTime(tick * 1_000, span)),
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
