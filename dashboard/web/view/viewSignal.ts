import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { formatView, parseView, type View } from './view.ts';

const current = signal<View>(parseView(location.search));

addEventListener('popstate', () => (current.value = parseView(location.search)));

/** What the page shows now. */
export const view: ReadonlySignal<View> = current;

/** The device that fills the page. */
export const openDevice: ReadonlySignal<string | undefined> = computed(() => current.value.open);

/**
 * Shows something else, and says so in the URL. Opening and closing a device is a step of the browser's history; nobody
 * wants to go back through the letters of a filter.
 */
export const setView = (next: View): void => {
  const isStep = next.open !== current.value.open;
  current.value = next;
  const url = location.pathname + formatView(next);
  if (isStep) history.pushState(null, '', url);
  else history.replaceState(null, '', url);
};

/** The view with some of it changed; `undefined` takes a part out. */
export const changeView = (change: { [Key in keyof View]?: View[Key] | undefined }): void => {
  const merged = Object.entries({ ...current.value, ...change }).filter(([, value]) => value !== undefined);
  setView(Object.fromEntries(merged) as View); // Only what may be absent is taken out.
};
