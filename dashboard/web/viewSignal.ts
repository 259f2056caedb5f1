import { signal, type ReadonlySignal } from '@preact/signals';
import { formatView, parseView, type View } from './view.ts';

const current = signal<View>(parseView(location.search));

addEventListener('popstate', () => (current.value = parseView(location.search)));

/** What the page shows now. */
export const view: ReadonlySignal<View> = current;

/** Shows something else, and says so in the URL. No step of the browser's history: nobody wants 20 steps back. */
export const setView = (next: View): void => {
  current.value = next;
  history.replaceState(null, '', location.pathname + formatView(next));
};
