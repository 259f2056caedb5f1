import type { FirstOnes, Probe, Probed, ShownTile } from '../probed.ts';

/** Runs in a page before anything of it does, and measures it from within. As cheap as may be: it is part of the load. */
const delayEveryMs = 10;

const gaps: number[] = [];
const delays: number[] = [];
const tasks: number[] = [];
let [began, frames, lastFrame, messages, bytes, updates] = [0, 0, 0, 0, 0, 0];
let [looks, blank] = [0, 0];
let [value, pushed]: (number | undefined)[] = [];

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;

const isSeen = (element: Element): boolean => {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
};

const onFrame = (now: number): void => {
  if (lastFrame > 0) gaps.push(now - lastFrame);
  lastFrame = now;
  frames += 1;
  requestAnimationFrame(onFrame);
};
requestAnimationFrame(onFrame);

new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
  type: 'longtask',
});

/** A timer that is late tells how long the thread was taken. Those that it kept from being set would have been late as well. */
const listen = (due: number): void => {
  setTimeout(() => {
    const now = performance.now();
    for (let late = now - due; late >= 0; late -= delayEveryMs) delays.push(late);
    listen(now + delayEveryMs);
  }, delayEveryMs);
};
listen(performance.now() + delayEveryMs);

const countedIn = (data: string): number => Number(/^\{"type":"sensor_batch","n":(\d+)/.exec(data)?.[1] ?? 0);

window.WebSocket = class extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    this.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string') return;
      messages += 1;
      bytes += data.length;
      updates += countedIn(data);
      if (pushed === undefined && data.startsWith('{"type":"sensor_')) pushed = performance.now();
    });
  }
};

const hasValue = (): boolean =>
  [...document.querySelectorAll('[data-device] dd')].some(({ textContent }) => /\d/.test(textContent));

const awaitValue = new MutationObserver(() => {
  if (!hasValue()) return;
  awaitValue.disconnect();
  // It can be seen once the frame that it is in was drawn.
  requestAnimationFrame(() => setTimeout(() => (value = performance.now()), 0));
});
awaitValue.observe(document, { subtree: true, childList: true, characterData: true });

/** Costs a layout, so only who scrolls asks for it. */
const look = (): void => {
  looks += 1;
  const met = document.elementsFromPoint(innerWidth / 2, innerHeight / 2);
  // A gap between two tiles is no hole: there are tiles just beside it.
  const beside = document.elementsFromPoint(innerWidth / 2 + 24, innerHeight / 2 + 24);
  if (![...met, ...beside].some((element) => element.closest('[data-device]'))) blank += 1;
};

/** A cell shows the first field, which is `count`. */
const countOf = (cell: Element): string | undefined => cell.querySelector('.cell-value .value')?.textContent;

const probe: Probe = {
  begin: () => {
    for (const list of [gaps, delays, tasks]) list.length = 0;
    [began, frames, lastFrame, messages, bytes, updates, looks, blank] = [
      performance.now(),
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    ];
  },
  read: (): Probed => ({
    ms: performance.now() - began,
    frames,
    frameGapP99: quantile(gaps, 0.99),
    longTasks: tasks.length,
    longestTask: Math.max(0, ...tasks),
    delayP99: quantile(delays, 0.99),
    messages,
    bytes,
    updates,
  }),
  tiles: (): ShownTile[] =>
    [...document.querySelectorAll<HTMLElement>('[data-device]')]
      .filter(isSeen)
      .map((tile) => ({ device: tile.dataset['device'] ?? '', count: countOf(tile) })),
  first: (): FirstOnes => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    value,
    pushed,
  }),
  watchForHoles: () => void setInterval(look, 200),
  looks: () => ({ looks, blank }),
};
Object.assign(window, { fieldcastProbe: probe });
