import type { Claim } from './claim.ts';
import { totalOf, totalWithoutWrites } from './economyBill.ts';
import type { ShapeResult } from './economyRun.ts';
import { readingsIn, wantedIn, type Scene } from './economyScene.ts';
import { expectedPosts, isOurs } from './economyShapes.ts';

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

const partClaim = (what: string, cost: number, of: number, areComplete: boolean): Claim => ({
  text: `queue costs 1/${(of / cost).toFixed(1)} of ${what}; at most 1/${1 / allowedPart} is claimed${areComplete ? '' : ', of shapes that miss nothing'}`,
  holds: areComplete && cost <= of * allowedPart,
});

/** The claim about the whole, and the stricter one; none if either shape was not run. */
export const costClaims = (results: readonly ShapeResult[]): Claim[] => {
  const naive = results.find(({ shape }) => shape === 'naive');
  const queue = results.find(({ shape }) => shape === 'queue');
  if (naive === undefined || queue === undefined) return [];
  const cost = totalOf(queue.counts);
  const areComplete = [naive, queue].every(({ viewers }) => viewers.missing === 0);
  return [
    partClaim('naive', cost, totalOf(naive.counts), areComplete),
    partClaim(
      'naive without its history and latest writes',
      cost,
      totalWithoutWrites(naive.counts),
      areComplete,
    ),
  ];
};
