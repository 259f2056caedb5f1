import { setTimeout as wait } from 'node:timers/promises';
import type { Below } from '../../fanout/seeded.testing.ts';
import type { Faults } from '../../infra/twin/faults/faults.ts';
import type { Book } from './book.ts';

const everyMs = 500;
const kind = 'function.crash';

/** Lets functions crash after 0 to `mostPosts` posts of an invocation, until so many have. */
export const crashMidFanOut = async (
  { faults, book, below }: { faults: Faults; book: Book; below: Below },
  { crashes, mostPosts }: { crashes: number; mostPosts: number },
  progress: (crashes: number) => void = () => undefined,
): Promise<void> => {
  const before = faults.injected()[kind] ?? 0;
  let done = 0;
  for (let period = 1; done < crashes; period += 1) {
    const setting = { probability: 0.1, posts: below(mostPosts + 1), times: crashes - done };
    const at = Date.now();
    await faults.set(kind, setting);
    await wait(everyMs);
    const injected = (faults.injected()[kind] ?? 0) - before - done;
    done += injected;
    book.write('faulted', { at, period, kind, setting, injected });
    progress(done);
  }
  faults.clear(kind);
};
