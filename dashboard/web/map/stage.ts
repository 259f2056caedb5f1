import type { Camera, Size } from './camera.ts';
import { clustersOf, type Cluster } from './clusters.ts';
import { colorsOf, type Colors } from './colors.ts';
import { loadLand, type Detail, type Land } from './land.ts';
import { paintBase } from './paintBase.ts';
import { paintDevices } from './paintDevices.ts';
import type { Place } from './places.ts';

/** Pixels that the world is wide, from where on the coarse outline looks coarse. */
const fineFrom = 2_500;

type Dependencies = {
  canvas: HTMLCanvasElement;
  places: () => readonly Place[];
  camera: () => Camera | undefined;
  /** The device that is pointed at. */
  marked: () => string | undefined;
  /** Is told what was drawn, and what of it is pointed at. */
  drawn: (clusters: readonly Cluster<Place>[], marked: Cluster<Place> | undefined) => void;
  /** The outline of the world could not be had. */
  failed: () => void;
};

/** After what time a land that did not come is asked for again. */
const againMs = 10_000;

export type Stage = {
  /** Draws before the next frame, once however often it is asked. */
  request: () => void;
  resize: (size: Size) => void;
  /** The theme changed. */
  recolor: () => void;
  stop: () => void;
};

const contextOf = (canvas: HTMLCanvasElement): CanvasRenderingContext2D | null =>
  canvas.getContext('2d', { alpha: false });

/** Draws the map on a canvas: when it is asked to, and what moves only with the camera only when that moves. */
export const createStage = (dependencies: Dependencies): Stage => {
  const { canvas } = dependencies;
  const base = document.createElement('canvas');
  const lands: Partial<Record<Detail, readonly Land[] | 'asked' | undefined>> = {};
  let size: Size = { width: 0, height: 0 };
  let ratio = 1;
  let colors: Colors = colorsOf(canvas);
  let painted: readonly unknown[] = [];
  let frame: number | undefined;

  const landFor = (detail: Detail): readonly Land[] | undefined => {
    const land = lands[detail];
    if (typeof land === 'object') return land;
    if (land === undefined) {
      lands[detail] = 'asked';
      loadLand(detail).then(
        (loaded) => {
          lands[detail] = loaded;
          request();
        },
        () => {
          dependencies.failed();
          setTimeout(() => {
            lands[detail] = undefined; // Asked for again with the next draw.
            request();
          }, againMs);
        },
      );
    }
    return detail === 'fine' ? landFor('coarse') : undefined;
  };

  const paintBaseOnce = (camera: Camera): void => {
    const land = landFor(camera.scale > fineFrom ? 'fine' : 'coarse');
    const now = [camera, size, ratio, colors, land];
    if (now.every((part, n) => part === painted[n])) return;
    painted = now;
    const context = contextOf(base);
    if (context !== null) paintBase(context, { camera, size, ratio, colors, land });
  };

  const draw = (): void => {
    frame = undefined;
    const [camera, context] = [dependencies.camera(), contextOf(canvas)];
    if (camera === undefined || context === null || size.width === 0) return;
    const clusters = clustersOf(dependencies.places(), camera, size);
    const id = dependencies.marked();
    const marked =
      id === undefined
        ? undefined
        : clusters.find(({ members }) => members.some(({ device }) => device.id === id));
    paintBaseOnce(camera);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(base, 0, 0);
    paintDevices(context, { camera, size, ratio, colors, clusters, marked });
    dependencies.drawn(clusters, marked);
  };

  const request = (): void => {
    frame ??= requestAnimationFrame(draw);
  };

  return {
    request,
    resize: (next) => {
      size = next;
      ratio = devicePixelRatio;
      for (const one of [canvas, base]) {
        one.width = Math.round(size.width * ratio);
        one.height = Math.round(size.height * ratio);
      }
      // Setting a canvas's size empties it: nothing is to be seen of that.
      if (frame !== undefined) cancelAnimationFrame(frame);
      painted = [];
      draw();
    },
    recolor: () => {
      colors = colorsOf(canvas);
      request();
    },
    stop: () => {
      if (frame !== undefined) cancelAnimationFrame(frame);
    },
  };
};
