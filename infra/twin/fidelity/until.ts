import { setTimeout as wait } from 'node:timers/promises';
import type { World } from './world.ts';

/** What `look` finds, asked again until it finds something. Throws when it takes longer than the world's patience. */
export const until = async <T>({ patienceMs }: World, look: () => Promise<T | undefined>): Promise<T> => {
  const end = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`nothing came within ${patienceMs} ms`);
    await wait(50);
  }
};
