import sparticuz from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';
import { launchBrowser } from '../../browser.ts';

/** Of the package's flags, those by which pages are drawn by OpenGL that is emulated on the CPU. */
const emulated = [
  '--single-process',
  '--in-process-gpu',
  '--use-gl',
  '--use-angle',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
];

/** Without a graphics card Chromium draws in software. It may know that: emulating a card to draw with is slower still. */
export const benchFlags = ['--disable-gpu'];

/** The browser of the tests, drawing in software in a straight way. Close it. */
export const launchForBench = async (): Promise<Browser> => {
  if (process.platform !== 'linux' || process.arch !== 'x64') return launchBrowser();
  const args = sparticuz.args.filter((arg) => !emulated.some((flag) => arg.startsWith(flag)));
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: [...args, ...benchFlags],
    headless: true,
  });
};
