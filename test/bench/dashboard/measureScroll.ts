import type { Browser } from 'playwright-core';
import { openProbed } from './openProbed.ts';
import type { Probed } from './probed.ts';
import type { Scene } from './scene.ts';
import { traced } from './traced.ts';

/** What a list of very many devices is like to scroll through. */
export type ScrollResult = {
  readonly devices: number;
  readonly probed: Probed;
  /** Frames given to the display, a second: a scroll is the compositor's, which does not wait for the page. */
  readonly displayed: number | undefined;
  /** CSS px. */
  readonly scrolled: number;
  readonly looks: number;
  /** Of these looks at the middle of the screen, how many met no tile. */
  readonly blank: number;
};

/** CSS px a second: a hand that is in a hurry. */
const speed = 3_000;

const scrollY = (page: { evaluate: (text: string) => Promise<unknown> }): Promise<number> =>
  page.evaluate('scrollY').then(Number);

/** Scrolls through the list by a gesture that Chromium makes itself, as if by a wheel, and back again. */
export const measureScroll = async (
  browser: Browser,
  url: string,
  scene: Scene,
  progress: (text: string, seconds: number) => void,
): Promise<ScrollResult> => {
  const probed = await openProbed(browser, url, { viewport: { width: 1440, height: 900 } });
  try {
    const { page } = probed;
    const cdp = await page.context().newCDPSession(page);
    const { devices } = scene.list;
    progress('list: fills', 5);
    await page.waitForSelector(`[aria-setsize="${devices}"]`, { timeout: 60_000 });
    progress('list: scrolled', scene.scrollSeconds);
    await probed.watchForHoles();
    await probed.begin();
    const from = await scrollY(page);
    const { presented, seconds } = await traced(cdp, () =>
      cdp.send('Input.synthesizeScrollGesture', {
        x: 700,
        y: 500,
        yDistance: -speed * scene.scrollSeconds,
        speed,
        preventFling: true,
        gestureSourceType: 'mouse',
      }),
    );
    const read = await probed.read();
    const scrolled = (await scrollY(page)) - from;
    const displayed = presented === undefined ? undefined : presented / seconds;
    return { devices, probed: read, displayed, scrolled, ...(await probed.looks()) };
  } finally {
    await probed.close();
  }
};
