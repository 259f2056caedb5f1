import { existsSync } from 'node:fs';
import sparticuz from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The package ships a Linux build for x64; elsewhere an installed Chrome does. */
const executable = async (): Promise<{ executablePath: string; args: string[] }> => {
  if (process.platform === 'linux' && process.arch === 'x64')
    return {
      executablePath: await sparticuz.executablePath(),
      // In one process, the browser dies with the first context that is closed.
      args: sparticuz.args.filter((arg) => arg !== '--single-process'),
    };
  const found = installed.find((path) => existsSync(path));
  if (found === undefined)
    throw new Error('Install Chrome or Chromium: the browser tests need one on this platform.');
  return { executablePath: found, args: [] };
};

/** A real browser. Close it. */
export const launchBrowser = async (): Promise<Browser> =>
  chromium.launch({ ...(await executable()), headless: true });
