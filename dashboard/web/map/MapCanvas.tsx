import { useSignal, type ReadonlySignal, type Signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { serverSecond } from '../session/clock.ts';
import type { Session } from '../session/session.ts';
import { changeView, view } from '../view/viewSignal.ts';
import { fitted, mostScale, panned, within, zoomed, type Camera, type Size } from './camera.ts';
import { clusterAt, type Cluster } from './clusters.ts';
import { listenForGestures } from './gestures.ts';
import { HoverCard } from './HoverCard.tsx';
import type { Place } from './places.ts';
import type { Point } from './projection.ts';
import { createStage } from './stage.ts';
import { countsText } from '../fleet/healthWords.ts';
import { devicesText } from './words.ts';

const hintMs = 2_500;
const panPx = 80;
const zoomStep = 1.6;

const hints = {
  wheel: 'Hold Ctrl and scroll to come closer; or use + and −.',
  finger: 'Two fingers move the map.',
  here: 'These stand at one place; the list names them first.',
  outline: 'The outline of the world could not be loaded; the devices are in their places.',
} as const;

type Shown = { clusters: readonly Cluster<Place>[]; marked: Cluster<Place> | undefined };

const summaryOf = (places: readonly Place[]): string => {
  const counts = { fresh: 0, stale: 0, offline: 0 };
  for (const { health } of places) counts[health] += 1;
  return `Map of ${devicesText(places.length)}: ${countsText(counts)}. They are listed beside it.`;
};

/** How far a key moves the map, px. */
const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [panPx, 0],
  ArrowRight: [-panPx, 0],
  ArrowUp: [0, panPx],
  ArrowDown: [0, -panPx],
};
const zooms: Readonly<Record<string, number>> = {
  '+': zoomStep,
  '=': zoomStep,
  '-': 1 / zoomStep,
  _: 1 / zoomStep,
};

export const MapCanvas = ({
  session,
  places,
  changes,
  camera,
  hovered,
  remember,
}: {
  session: Session;
  places: ReadonlySignal<readonly Place[]>;
  /** Moves when something about the places changed. */
  changes: ReadonlySignal<number>;
  camera: Signal<Camera | undefined>;
  /** The device that is pointed at, here or in the list. */
  hovered: Signal<string | undefined>;
  /** Is told where one looks; undefined: at all there is. */
  remember: (camera: Camera | undefined) => void;
}) => {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal<Size>({ width: 0, height: 0 });
  const shown = useSignal<Shown>({ clusters: [], marked: undefined });
  const hint = useSignal<keyof typeof hints | undefined>(undefined);
  /** Until somebody moves the map, it shows all that comes. */
  const isFollowing = useRef(camera.peek() === undefined);

  const move = (change: (camera: Camera, size: Size) => Camera): void => {
    const now = camera.peek();
    if (now === undefined) return;
    isFollowing.current = false;
    camera.value = change(now, size.peek());
    remember(camera.peek());
  };
  const fit = (): void => {
    if (size.peek().width > 0) camera.value = fitted(places.peek(), size.peek());
  };
  const showAll = (): void => {
    isFollowing.current = true;
    remember(undefined);
    fit();
  };
  const middle = (): Point => ({ x: size.peek().width / 2, y: size.peek().height / 2 });
  const zoomBy = (factor: number): void => move((now, within) => zoomed(now, within, factor, middle()));

  const open = ({ members }: Cluster<Place>): void => {
    const [place] = members;
    if (place !== undefined && members.length === 1) {
      changeView({ open: place.device.id });
      return;
    }
    const before = camera.peek();
    move((now, through) => {
      const all = fitted(members, through, mostScale);
      return within({ ...all, scale: Math.max(all.scale, now.scale) }, through);
    });
    if (before?.scale === camera.peek()?.scale) hint.value = 'here';
  };

  useLayoutEffect(() => {
    if (box.current === null || canvas.current === null) return undefined;
    const made = createStage({
      canvas: canvas.current,
      places: () => places.peek(),
      camera: () => camera.peek(),
      marked: () => hovered.peek(),
      drawn: (clusters, marked) => (shown.value = { clusters, marked }),
      failed: () => (hint.value = 'outline'),
    });
    const resized = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      size.value = { width, height };
      const now = camera.peek();
      if (isFollowing.current || now === undefined) fit();
      else camera.value = within(now, size.peek());
      made.resize(size.peek());
    });
    resized.observe(box.current);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', made.recolor);
    let fittedTo = places.peek().length;
    const asked = [camera, hovered].map((signal) => signal.subscribe(made.request));
    asked.push(
      changes.subscribe(() => {
        if (isFollowing.current && places.peek().length !== fittedTo) {
          fittedTo = places.peek().length;
          fit();
        }
        made.request();
      }),
    );
    const stopGestures = listenForGestures(box.current, {
      pan: (dx, dy) => move((now, within) => panned(now, within, dx, dy)),
      zoom: (factor, at) => move((now, within) => zoomed(now, within, factor, at)),
      tap: (at) => {
        const hit = clusterAt(shown.peek().clusters, at);
        if (hit !== undefined && !view.peek().wall) open(hit);
      },
      hover: (at) => {
        const hit = at === undefined ? undefined : clusterAt(shown.peek().clusters, at);
        hovered.value = hit?.members[0]?.device.id;
      },
      wrong: (what) => (hint.value = what),
    });
    return () => {
      stopGestures();
      asked.forEach((stop) => stop());
      dark.removeEventListener('change', made.recolor);
      resized.disconnect();
      made.stop();
    };
  }, []);

  const told = hint.value;
  useEffect(() => {
    if (told === undefined) return undefined;
    const ending = setTimeout(() => (hint.value = undefined), hintMs);
    return () => clearTimeout(ending);
  }, [told]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [direction, factor] = [moves[event.key], zooms[event.key]];
    if (direction !== undefined) move((now, within) => panned(now, within, ...direction));
    else if (factor !== undefined) zoomBy(factor);
    else if (event.key === '0') showAll();
    else if (event.key === 'Escape') hovered.value = undefined;
    else return;
    event.preventDefault();
  };

  const now = serverSecond.value;
  const { marked } = shown.value;
  return (
    <div class="map-frame card">
      <div
        ref={box}
        class={marked === undefined ? 'map-box' : 'map-box on-device'}
        role="group"
        aria-label="Map: arrow keys move it, + and − zoom, 0 shows all devices"
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <canvas ref={canvas} role="img" aria-label={summaryOf(places.value)} />
      </div>
      {marked !== undefined && <HoverCard cluster={marked} size={size.value} session={session} now={now} />}
      {!view.value.wall && (
        <div class="map-buttons">
          <button type="button" aria-label="Zoom in" onClick={() => zoomBy(zoomStep)}>
            +
          </button>
          <button type="button" aria-label="Zoom out" onClick={() => zoomBy(1 / zoomStep)}>
            −
          </button>
          <button type="button" class="small" onClick={showAll}>
            All
          </button>
        </div>
      )}
      <p class="map-hint small" role="status">
        {told !== undefined && <span class="card">{hints[told]}</span>}
      </p>
    </div>
  );
};
