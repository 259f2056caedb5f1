import type uPlot from 'uplot';
import type { Colors } from './colors.ts';
import type { Visible } from './visible.ts';

/** Readings that are known to be missing: a tint and slanted lines, so that it is not color alone. */
export const drawHoles = (chart: uPlot, holes: Visible['holes'], { soft, stale }: Colors): void => {
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
export const drawLate = (chart: uPlot, late: Visible['late'], { stale, surface }: Colors): void => {
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
