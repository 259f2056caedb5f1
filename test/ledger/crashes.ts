import { setTimeout as wait } from 'node:timers/promises';
import type { Below } from '../../fanout/seeded.testing.ts';
import type { Faults } from '../../infra/twin/faults/faults.ts';
import type { Book } from '../../devices/ledger/book.ts';
import { isTargetOf, mayHave } from '../../devices/ledger/entitled.ts';
import type { Scene } from '../../devices/ledger/entries.ts';

const everyMs = 500;
const kind = 'function.crash';
/** In the names of the functions that fan out, and of no others. */
const only = 'Ingest';

/** How long a run may wait for so many crashes, ms: on a laptop of two cores they take a third of it. */
export const longestMs = (crashes: number): number => 60_000 + crashes * 4_000;

/** The most posts that one reading can mean: one for each viewer who may have it. */
export const mostPostsIn = ({ devices, viewers }: Scene): number =>
  Math.max(
    ...devices.map(
      (device) =>
        viewers.filter(
          (viewer) =>
            mayHave(viewer, device) && viewer.subscriptions.some(({ to }) => isTargetOf(to, device)),
        ).length,
    ),
  );

/**
 * Lets the function that fans out crash after 1 to `mostPosts` posts of an invocation, until it has so often, or for
 * `mostMs`. Resolves to how often it has.
 */
export const crashMidFanOut = async (
  { faults, book, below }: { faults: Faults; book: Book; below: Below },
  { crashes, mostPosts, mostMs }: { crashes: number; mostPosts: number; mostMs: number },
  progress: (crashes: number) => void = () => undefined,
): Promise<number> => {
  const injected = (): number => faults.injected()[kind] ?? 0;
  const before = injected();
  const begun = performance.now();
  let done = 0;
  for (let period = 1; done < crashes && performance.now() - begun < mostMs; period += 1) {
    const setting = { probability: 0.1, posts: 1 + below(mostPosts), times: crashes - done, only };
    const at = Date.now();
    await faults.set(kind, setting);
    await wait(everyMs);
    const crashed = injected() - before - done;
    done += crashed;
    book.write('faulted', { at, period, kind, setting, injected: crashed });
    progress(done);
  }
  faults.clear(kind);
  return done;
};
