import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { formatView, leftOut, parseView, type View } from './view.ts';

const current = signal<View>(parseView(location.search));

/** Of the address with which the page was opened, what made no sense. */
export const notUnderstood = signal<readonly string[]>(leftOut(location.search));

/** What the page shows now. */
export const view: ReadonlySignal<View> = current;

/** What is subscribed to. */
export const watches: ReadonlySignal<View['watches']> = computed(() => current.value.watches);

/** The device that fills the page. */
export const openDevice: ReadonlySignal<string | undefined> = computed(() => current.value.open);

/** The device that filled the page last: where somebody who goes back to the fleet came from. */
export const lastOpen = signal<string | undefined>(undefined);
effect(() => {
  if (openDevice.value !== undefined) lastOpen.value = openDevice.value;
});

/** The path and query of a view. */
export const urlOf = (shown: View): string => location.pathname + formatView(shown);

/** Browsers refuse the address to change very often, ms. */
const settledMs = 200;
let settling: ReturnType<typeof setTimeout> | undefined;

/**
 * Shows something else, and says so in the URL. Opening and closing a device is a step of the browser's history; nobody
 * wants to go back through the letters of a filter.
 */
export const setView = (next: View): void => {
  const isStep = next.open !== current.value.open;
  clearTimeout(settling);
  if (isStep) {
    history.replaceState(null, '', urlOf(current.value));
    history.pushState(null, '', urlOf(next));
  } else settling = setTimeout(() => history.replaceState(null, '', urlOf(next)), settledMs);
  current.value = next;
};

/** The view with some of it changed; `undefined` takes a part out. */
export const changeView = (change: { [Key in keyof View]?: View[Key] | undefined }): void => {
  const merged = Object.entries({ ...current.value, ...change }).filter(([, value]) => value !== undefined);
  setView(Object.fromEntries(merged) as View); // Only what may be absent is taken out.
};

addEventListener('popstate', () => {
  clearTimeout(settling);
  current.value = parseView(location.search);
});
