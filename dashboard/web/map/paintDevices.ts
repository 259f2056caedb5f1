import { formatNumber } from '../format.ts';
import type { Health } from '../view/view.ts';
import { screenOf, type Camera, type Size } from './camera.ts';
import { radiusOf, worstOf, type Cluster } from './clusters.ts';
import type { Colors } from './colors.ts';
import type { Place } from './places.ts';
import type { Point } from './projection.ts';

type Context = CanvasRenderingContext2D;
type Scene = {
  camera: Camera;
  size: Size;
  ratio: number;
  colors: Colors;
  clusters: readonly Cluster<Place>[];
  /** The one that is pointed at. */
  marked: Cluster<Place> | undefined;
};

/** Each health has a shape of its own: never color alone. The legend draws the same: see Legend.tsx. */
const shapes: Readonly<Record<Health, (context: Context, at: Point, radius: number) => void>> = {
  fresh: (context, { x, y }, radius) => context.arc(x, y, radius, 0, 2 * Math.PI),
  stale: (context, { x, y }, radius) => {
    context.moveTo(x, y - radius * 1.3);
    context.lineTo(x + radius * 1.3, y);
    context.lineTo(x, y + radius * 1.3);
    context.lineTo(x - radius * 1.3, y);
    context.closePath();
  },
  offline: (context, { x, y }, radius) => context.rect(x - radius, y - radius, 2 * radius, 2 * radius),
};

const paintTrail = (context: Context, { camera, size, colors }: Scene, { trail, x, y }: Place): void => {
  if (trail.length === 0) return;
  context.beginPath();
  for (let at = 0; at < trail.length; at += 2) {
    const { x, y } = screenOf(camera, size, { x: trail[at] ?? 0, y: trail[at + 1] ?? 0 });
    context.lineTo(x, y);
  }
  const end = screenOf(camera, size, { x, y });
  context.lineTo(end.x, end.y);
  context.strokeStyle = colors.accent;
  context.globalAlpha = 0.55;
  context.lineWidth = 2;
  context.stroke();
  context.globalAlpha = 1;
};

const paintOne = (context: Context, colors: Colors, health: Health, at: Point): void => {
  context.beginPath();
  shapes[health](context, at, 6);
  context.fillStyle = colors[health];
  context.strokeStyle = colors.surface;
  context.lineWidth = 2;
  context.fill();
  context.stroke();
};

/** Its ring: whole if all is well, broken if one is silent, double if one is offline. */
const paintMany = (context: Context, colors: Colors, { screen, counts, members }: Cluster<Place>): void => {
  const radius = radiusOf({ members });
  const worst = worstOf(counts);
  context.beginPath();
  context.arc(screen.x, screen.y, radius, 0, 2 * Math.PI);
  context.fillStyle = colors.surface;
  context.fill();
  context.strokeStyle = colors[worst];
  context.lineWidth = worst === 'stale' ? 3 : 2;
  context.setLineDash(worst === 'stale' ? [5, 3] : []);
  context.stroke();
  context.setLineDash([]);
  if (worst === 'offline') {
    context.beginPath();
    context.arc(screen.x, screen.y, radius - 4, 0, 2 * Math.PI);
    context.stroke();
  }
  context.fillStyle = colors.ink;
  context.fillText(formatNumber(members.length, 0), screen.x, screen.y + 0.5);
};

const paintMark = (context: Context, colors: Colors, { screen, members }: Cluster<Place>): void => {
  context.beginPath();
  context.arc(screen.x, screen.y, radiusOf({ members }) + 5, 0, 2 * Math.PI);
  context.strokeStyle = colors.accent;
  context.lineWidth = 2.5;
  context.stroke();
};

export const paintDevices = (context: Context, scene: Scene): void => {
  const { clusters, colors, ratio, marked } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = `600 12px ${colors.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const { members } of clusters)
    if (members.length === 1 && members[0] !== undefined) paintTrail(context, scene, members[0]);
  for (const cluster of clusters)
    if (cluster.members.length > 1) paintMany(context, colors, cluster);
    else paintOne(context, colors, worstOf(cluster.counts), cluster.screen);
  if (marked !== undefined) paintMark(context, colors, marked);
};
