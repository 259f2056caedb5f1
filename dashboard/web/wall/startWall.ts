import { effect } from '@preact/signals';
import { view } from '../view/viewSignal.ts';
import { leaveWall } from './enterWall.ts';

/** How long a screenful stays, where there are more devices than the screen has room for. */
const pageMs = 15_000;

const turnPage = (): void => {
  const { scrollHeight } = document.documentElement;
  const isLast = scrollY + innerHeight >= scrollHeight - 8;
  // A little of the page before stays, so that no row is cut by both.
  scrollTo({ top: isLast ? 0 : scrollY + innerHeight - 160, behavior: 'instant' });
};

/** Keeps the display awake while the page is seen; the browser lets go of it whenever it is not. */
const stayAwake = (): void => {
  // No wakeLock where the page is not served securely.
  if (view.peek().wall && 'wakeLock' in navigator && document.visibilityState === 'visible')
    navigator.wakeLock.request('screen').catch(() => undefined);
};

/** Keeps a page in wall mode going for days: turns its pages, keeps its display awake. */
export const startWall = (): void => {
  const isWall = (): boolean => view.value.wall;
  effect(() => {
    if (!isWall()) return;
    stayAwake();
    const turning = setInterval(turnPage, pageMs);
    return () => clearInterval(turning);
  });
  document.addEventListener('visibilitychange', stayAwake);
  addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && view.peek().wall) leaveWall();
  });
};
