import type { Camera } from './camera.ts';
import { positionAt } from './projection.ts';

/** Around the equator, as Web Mercator has it. */
const equatorM = 40_075_016.686;

/** Metres that a pixel stands for in the middle of the screen. */
export const metresPerPixel = (camera: Camera): number =>
  (equatorM * Math.cos((positionAt(camera).lat * Math.PI) / 180)) / camera.scale;

/** The longest of 1, 2, 5, 10, 20 … metres that takes no more than so many pixels. */
export const scaleBar = (camera: Camera, most: number): { metres: number; px: number } => {
  const perPixel = metresPerPixel(camera);
  const power = 10 ** Math.floor(Math.log10(perPixel * most));
  const times = [5, 2, 1].find((n) => n * power <= perPixel * most) ?? 1;
  return { metres: times * power, px: (times * power) / perPixel };
};
