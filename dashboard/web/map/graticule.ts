import { pointAt, screenOf, type Camera, type Size } from './camera.ts';
import { mostLatitude, pointOf, positionAt } from './projection.ts';

/** A line of the net: where it is seen, px, and of how many degrees it is. */
export type NetLine = { readonly at: number; readonly degrees: number };
export type Net = {
  /** Degrees between two lines. */
  readonly step: number;
  readonly meridians: readonly NetLine[];
  readonly parallels: readonly NetLine[];
};

const steps = [30, 15, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
const leastPx = 110;

/** The lines of longitude and latitude that are seen, at least so far apart that they can be read. */
export const netOf = (camera: Camera, size: Size): Net => {
  const step = [...steps].reverse().find((degrees) => (degrees / 360) * camera.scale >= leastPx) ?? 30;
  const west = camera.x - size.width / 2 / camera.scale;
  const east = camera.x + size.width / 2 / camera.scale;
  const meridians: NetLine[] = [];
  for (let n = Math.ceil(((west - 0.5) * 360) / step); (n * step) / 360 + 0.5 <= east; n += 1) {
    const x = (n * step) / 360 + 0.5;
    const at = size.width / 2 + (x - camera.x) * camera.scale;
    meridians.push({ at, degrees: positionAt({ x, y: 0.5 }).lon });
  }
  const edge = (y: number): number => positionAt(pointAt(camera, size, { x: 0, y })).lat;
  const [north, south] = [Math.min(edge(0), mostLatitude), Math.max(edge(size.height), -mostLatitude)];
  const parallels: NetLine[] = [];
  for (let n = Math.ceil(south / step); n * step <= north; n += 1) {
    const { y } = screenOf(camera, size, pointOf({ lat: n * step, lon: 0 }));
    parallels.push({ at: y, degrees: n * step });
  }
  return { step, meridians, parallels };
};
