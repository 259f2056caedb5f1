import type { Claim } from './claim.ts';
import { totalOf, totalWithoutWrites } from './economyBill.ts';
import type { ShapeResult } from './economyRun.ts';
import { readingsIn, wantedIn, type Scene } from './economyScene.ts';
import { expectedPosts, isOurs, leastPosts } from './economyShapes.ts';

/** What `queue` may cost of what the naive shape costs. */
export const allowedPart = 1 / 10;

const n = (count: number): string => count.toLocaleString('en');

/** What must come of one shape, however fast the machine is. */
export const countClaims = (scene: Scene, result: ShapeResult): Claim[] => {
  const { shape, published, viewers, posts, counts } = result;
  const expected = expectedPosts(shape, scene);
  const wanted = wantedIn(scene);
  const taken = viewers.received + viewers.repeated + viewers.unwanted;
  // An invocation that is tried again posts again: that is billed, so it is counted, and no mistake of the shape's.
  const postsAreRight =
    expected === undefined
      ? posts <= taken && posts >= scene.viewers
      : posts === taken && (posts === expected || (posts > expected && viewers.repeated > 0));
  return [
    {
      text: `${shape}: ${n(published)} readings published and metered, of ${n(readingsIn(scene))}`,
      holds: published === readingsIn(scene) && counts.iotMessages === published,
    },
    {
      text: `${shape}: ${n(posts)} posts, ${expected === undefined ? `at most ${n(wanted)}` : `expected ${n(expected)} and ${n(viewers.repeated)} again`}`,
      holds: postsAreRight && counts.webSocketMessages === posts,
    },
    {
      text: `${shape}: ${n(viewers.missing)} readings missing of ${n(wanted)}`,
      holds: viewers.missing === 0,
    },
    ...(isOurs(shape)
      ? [{ text: `${shape}: ${n(viewers.unwanted)} readings unasked for`, holds: viewers.unwanted === 0 }]
      : []),
  ];
};

/**
 * Batches grow while functions are slow, and `queue` seems cheaper than it is: one that makes far fewer posts than one a second
 * and viewer says nothing of AWS.
 */
export const speedClaim = (scene: Scene, { posts }: ShapeResult): Claim => {
  const least = leastPosts(scene);
  const holds = posts >= least;
  return {
    text: `queue: ${n(posts)} posts; with fewer than ${n(least)} its batches are longer than the window${holds ? '' : ': this machine was too slow to measure'}`,
    holds,
  };
};

const partClaim = (what: string, cost: number, of: number, areComplete: boolean): Claim => ({
  text: `queue, by the batches that were gathered here, costs 1/${(of / cost).toFixed(1)} of ${what}; at most 1/${1 / allowedPart} is claimed${areComplete ? '' : ', of shapes that miss nothing'}`,
  holds: areComplete && cost <= of * allowedPart,
});

/** That `queue` was measured at all; the claim about the whole, and the stricter one, unless either shape was not run. */
export const costClaims = (scene: Scene, results: readonly ShapeResult[]): Claim[] => {
  const naive = results.find(({ shape }) => shape === 'naive');
  const queue = results.find(({ shape }) => shape === 'queue');
  if (queue === undefined) return [];
  const speed = speedClaim(scene, queue);
  if (naive === undefined) return [speed];
  const cost = totalOf(queue.counts);
  const areComplete = [naive, queue].every(({ viewers }) => viewers.missing === 0);
  return [
    speed,
    partClaim('naive', cost, totalOf(naive.counts), areComplete),
    partClaim(
      'naive without its history and latest writes',
      cost,
      totalWithoutWrites(naive.counts),
      areComplete,
    ),
  ];
};
