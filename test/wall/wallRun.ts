import { setTimeout as wait } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { createFaults } from '../../infra/twin/faults/faults.ts';
import { scaledClock, type Course } from '../../infra/twin/clock.ts';
import { heapOf } from '../bench/dashboard/heapOf.ts';
import { launchBrowser } from '../browser.ts';
import { startForTest } from '../local.ts';
import { fastTimeScript } from './fastTimeScript.ts';
import { publish, type Publishing } from './publish.ts';

export type WallRun = {
  /** By the scaled clock. */
  readonly hours: number;
  readonly speed: number;
  readonly devices: number;
  readonly samples: number;
};

/** What the page was like at one moment. */
export type Sample = {
  /** Since it was opened, by the scaled clock. */
  readonly minute: number;
  /** After garbage was collected, bytes. */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly state: string;
  readonly tiles: number;
  /** By how many readings the tile that is furthest behind is behind its device. */
  readonly lag: number;
  readonly connections: number;
};

export type WallResult = {
  readonly samples: readonly Sample[];
  readonly sockets: { readonly opened: number; readonly most: number };
  /** Requests `authenticate` and `ping`. */
  readonly renewals: number;
  readonly pings: number;
  readonly reported: readonly string[];
};

const region = 'eu-west';
const minuteMs = 60_000;
/** A connection that is cut soon after it began leaves the two hours to the next one. */
const cutAtMinute = 2;
/** The second connection is moved from between 4 and 9 minutes before it is two hours old, so minutes before the end. */
const tailMinutes = 6;
const tokenLife = '50m';
const live = '.connection-state[data-state="live"]';
/** Of the wall clock. */
const patienceMs = 60_000;

type Shown = { state: string; counts: [string, string | undefined][] };
const shown = `({
  state: document.querySelector('.connection-state')?.dataset.state ?? 'none',
  counts: [...document.querySelectorAll('[data-device]')].map((tile) => [
    tile.dataset.device,
    [...tile.querySelectorAll('dt')].find((term) => term.textContent === 'count')?.nextElementSibling?.textContent,
  ]),
})`;

/** What goes over the page's sockets, counted. */
const watchSockets = (page: Page) => {
  const counts = { opened: 0, open: 0, most: 0, renewals: 0, pings: 0 };
  page.on('websocket', (socket) => {
    counts.opened += 1;
    counts.open += 1;
    counts.most = Math.max(counts.most, counts.open);
    socket.on('close', () => (counts.open -= 1));
    socket.on('framesent', ({ payload }) => {
      if (payload.includes('"action":"authenticate"')) counts.renewals += 1;
      if (payload.includes('"action":"ping"')) counts.pings += 1;
    });
  });
  return counts;
};

const lagOf = ({ counts }: Shown, { newest }: Publishing): number =>
  Math.max(
    ...counts.map(([device, count = '']) => newest(device) - Number(count.replaceAll(/\D/g, '') || NaN)),
  );

const sampleOf = async (
  page: Page,
  cdp: CDPSession,
  publishing: Publishing,
): Promise<Omit<Sample, 'minute' | 'connections'>> => {
  const heap = await heapOf(cdp);
  const { nodes, jsEventListeners: listeners } = await cdp.send('Memory.getDOMCounters');
  const now = await page.evaluate<Shown>(shown);
  return { heap, nodes, listeners, state: now.state, tiles: now.counts.length, lag: lagOf(now, publishing) };
};

/**
 * The page in wall mode, in real Chromium, in front of a twin whose clock is fast, and nobody touches it: once its
 * connection breaks, before every two-hour cut it has to move to another, and its tokens end every 50 minutes.
 */
export const runWall = async (
  { hours, speed, devices, samples: wanted }: WallRun,
  progress: (sample: Sample) => void = () => undefined,
): Promise<WallResult> => {
  const clock = scaledClock(speed);
  const faults = createFaults({ seed: 1, clock });
  const closing: (() => unknown)[] = [];
  try {
    const local = await startForTest({ clock, faults });
    closing.push(() => local.close());
    const isAhead = (): boolean => local.tally().events > devices;
    const publishing = await publish(local.mqttUrl, { devices, region, now: clock.now, isAhead });
    closing.push(() => publishing.close());
    const browser = await launchBrowser();
    closing.push(() => browser.close());

    const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
    await context.addInitScript({ content: await fastTimeScript(clock.course as Course) }); // A scaled clock has one.
    await context.route('**/development-token', async (route) => {
      const token = await local.sign({ subject: 'wall', groups: ['*'], expiresIn: tokenLife });
      await route.fulfill({ json: { token } });
    });
    const page = await context.newPage();
    const sockets = watchSockets(page);
    const cdp = await context.newCDPSession(page);
    await page.goto(`${local.dashboardUrl}/?region=${region}&wall`);
    await page.waitForSelector(live, { timeout: patienceMs });
    const opened = clock.now();
    const minute = (): number => (clock.now() - opened) / minuteMs;
    const until = (at: number): Promise<void> => wait(Math.max(0, ((at - minute()) * minuteMs) / speed));

    await until(cutAtMinute);
    await faults.set('socket.cut');
    const end = hours * 60 + tailMinutes;
    const samples: Sample[] = [];
    for (let n = 1; n <= wanted; n += 1) {
      await until(cutAtMinute + ((end - cutAtMinute) * n) / wanted);
      // A connection that is being made anew just then is no reason to fail, if nobody has to help.
      if (n === wanted) await page.waitForSelector(live, { timeout: patienceMs }).catch(() => undefined);
      const at = Math.round(minute());
      const sample = { minute: at, ...(await sampleOf(page, cdp, publishing)), connections: sockets.opened };
      samples.push(sample);
      progress(sample);
    }
    const { renewals, pings, most } = sockets;
    return { samples, sockets: { opened: sockets.opened, most }, renewals, pings, reported: local.reported };
  } finally {
    for (const close of closing.reverse()) await close();
  }
};
