import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { windows, type Shown, type Span } from './window.ts';

/** What the charts of a device show, all of them together. */
export type ChartState = {
  readonly windowMs: Signal<number>;
  readonly zoom: Signal<Span | undefined>;
  /** When it was paused, epoch ms by the device's clock, and how many readings had come until then. */
  readonly paused: Signal<{ readonly at: number; readonly came: number } | undefined>;
  /** Where the pointer is, and where the arrow keys brought the crosshair: times, epoch ms. */
  readonly pointed: Signal<number | undefined>;
  readonly pinned: Signal<number | undefined>;
  readonly crosshair: ReadonlySignal<number | undefined>;
  readonly shown: ReadonlySignal<Shown>;
};

export const chartState = (): ChartState => {
  const pointed = signal<number | undefined>();
  const pinned = signal<number | undefined>();
  const windowMs = signal<number>(windows[1].ms);
  const zoom = signal<Span | undefined>();
  const paused = signal<ChartState['paused']['value']>();
  return {
    windowMs,
    zoom,
    paused,
    pointed,
    pinned,
    shown: computed(() => ({ windowMs: windowMs.value, zoom: zoom.value, pausedAt: paused.value?.at })),
    crosshair: computed(() => pinned.value ?? pointed.value),
  };
};
