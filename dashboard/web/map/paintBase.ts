import { formatNumber } from '../format.ts';
import type { Camera, Size } from './camera.ts';
import type { Colors } from './colors.ts';
import { netOf, type Net } from './graticule.ts';
import type { Land } from './land.ts';
import { scaleBar } from './scaleBar.ts';

type Context = CanvasRenderingContext2D;
type Scene = { camera: Camera; size: Size; ratio: number; colors: Colors; land: readonly Land[] | undefined };

/** Whether something of it is seen, so many turns around the world away. */
const isSeen = ({ from, to }: Land, turn: number, { camera, size }: Scene): boolean => {
  const [across, down] = [size.width / 2 / camera.scale, size.height / 2 / camera.scale];
  return (
    to.x + turn > camera.x - across &&
    from.x + turn < camera.x + across &&
    to.y > camera.y - down &&
    from.y < camera.y + down
  );
};

const paintLand = (context: Context, scene: Scene): void => {
  const { camera, size, ratio, colors, land = [] } = scene;
  const scale = camera.scale * ratio;
  context.fillStyle = colors.surface;
  context.strokeStyle = colors['line-strong'];
  context.lineWidth = 0.75 / camera.scale;
  for (const turn of [-2, -1, 0, 1, 2]) {
    const left = ratio * (size.width / 2) + (turn - camera.x) * scale;
    context.setTransform(scale, 0, 0, scale, left, ratio * (size.height / 2) - camera.y * scale);
    for (const piece of land) {
      if (!isSeen(piece, turn, scene)) continue;
      context.fill(piece.fill);
      context.stroke(piece.coast);
    }
  }
};

const decimalsOf = (step: number): number => (step >= 1 ? 0 : step >= 0.1 ? 1 : 2);

const degrees = (value: number, step: number, [positive, negative]: readonly [string, string]): string => {
  const size = Math.abs(value) < step / 2 ? 0 : Math.abs(value);
  const side = size === 0 || size > 180 - step / 2 ? '' : ` ${value > 0 ? positive : negative}`;
  return `${formatNumber(size, decimalsOf(step))}°${side}`;
};

const paintNet = (context: Context, { meridians, parallels }: Net, { size, colors }: Scene): void => {
  context.strokeStyle = colors.line;
  context.lineWidth = 1;
  context.beginPath();
  for (const { at } of meridians) {
    context.moveTo(Math.round(at) + 0.5, 0);
    context.lineTo(Math.round(at) + 0.5, size.height);
  }
  for (const { at } of parallels) {
    context.moveTo(0, Math.round(at) + 0.5);
    context.lineTo(size.width, Math.round(at) + 0.5);
  }
  context.stroke();
};

const paintLabels = (
  context: Context,
  { step, meridians, parallels }: Net,
  { size, colors }: Scene,
): void => {
  context.font = `11px ${colors.font}`;
  context.fillStyle = colors['ink-quiet'];
  for (const { at, degrees: value } of meridians)
    if (at < size.width - 110 && at > 30) context.fillText(degrees(value, step, ['E', 'W']), at + 4, 14);
  for (const { at, degrees: value } of parallels)
    if (at > 40 && at < size.height - 60) context.fillText(degrees(value, step, ['N', 'S']), 6, at - 4);
};

const paintScale = (context: Context, { camera, size, colors }: Scene): void => {
  const { metres, px } = scaleBar(camera, 110);
  const [left, bottom] = [12.5, size.height - 12.5];
  context.strokeStyle = colors['ink-quiet'];
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(left, bottom - 5);
  context.lineTo(left, bottom);
  context.lineTo(left + px, bottom);
  context.lineTo(left + px, bottom - 5);
  context.stroke();
  const text = metres < 1_000 ? `${formatNumber(metres, 0)} m` : `${formatNumber(metres / 1_000, 0)} km`;
  context.fillStyle = colors['ink-quiet'];
  context.fillText(text, left + 4, bottom - 6);
};

/** What moves only with the camera: land, the net of degrees, and how long a way is. */
export const paintBase = (context: Context, scene: Scene): void => {
  const { size, ratio, colors, camera } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = colors['surface-sunken'];
  context.fillRect(0, 0, size.width, size.height);
  paintLand(context, scene);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const net = netOf(camera, size);
  paintNet(context, net, scene);
  paintLabels(context, net, scene);
  paintScale(context, scene);
};
