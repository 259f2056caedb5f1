import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Course } from './feed.ts';
import type { Feed } from './scene.ts';

export type Feeder = { readonly url: string; readonly course: Course; readonly close: () => Promise<void> };

/** Starts the feeder in a process of its own. */
export const startFeeder = async (feed: Feed): Promise<Feeder> => {
  const child = fork(fileURLToPath(new URL('feeder.ts', import.meta.url)), [JSON.stringify(feed)], {
    execArgv: ['--import', 'tsx'],
  });
  const ended = once(child, 'exit');
  const [told] = (await Promise.race([
    once(child, 'message'),
    ended.then(([code]) => Promise.reject(new Error(`The feeder ended with ${String(code)}.`))),
  ])) as [{ url: string; course: Course }]; // feeder.ts says this, once.
  return {
    ...told,
    close: async () => {
      child.kill();
      await ended;
    },
  };
};
