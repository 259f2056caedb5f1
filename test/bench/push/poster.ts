import { clients, type ClientName } from './clients.ts';
import { connectionIdOf, frameOf } from './posts.ts';

/**
 * A process of its own that posts by one client, so that nobody else's CPU is counted: the main thread's, the garbage
 * collector's and all others of it. Each message from its parent is a {@link Round}, its answer a {@link Taken}.
 */
export type Round = { from: number; posts: number; concurrency: number };
export type Taken = { cpuMs: number; wallMs: number; latenciesMs: Float64Array; delivered: number };

const [name = '', endpoint = ''] = process.argv.slice(2);
const post = clients[name as ClientName](endpoint); // by our parent

const run = async ({ from, posts, concurrency }: Round): Promise<Taken> => {
  // Made before, so that only posting is counted.
  const frames = Array.from({ length: posts }, (_, n) => frameOf(from + n));
  const latenciesMs = new Float64Array(posts);
  let next = 0;
  let delivered = 0;
  const postInTurn = async (): Promise<void> => {
    for (let n = next++; n < posts; n = next++) {
      const begun = performance.now();
      const outcome = await post(connectionIdOf(from + n), frames[n] ?? '');
      latenciesMs[n] = performance.now() - begun;
      if (outcome === 'delivered') delivered += 1;
    }
  };

  const begun = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: concurrency }, postInTurn));
  const { user, system } = process.cpuUsage(before); // µs
  return { cpuMs: (user + system) / 1_000, wallMs: performance.now() - begun, latenciesMs, delivered };
};

process.on('message', (round: Round) => {
  run(round).then(
    (taken) => process.send?.(taken),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
