/** Some of a list that lie side by side, and what is known of those that were asked. */
type Group<T> = { readonly waiting: T[]; asked: number; there: number; missing: number };

/**
 * So many must be missing side by side, and nobody there, before those beside them are doubtful. Where one in ten is there, so
 * many are missing in a row one time in a hundred.
 */
const manyMissing = 44;

type Asked<T> = {
  readonly item: T;
  /** Whether {@link manyMissing} of its group and of those beside it were missing, and none was there. */
  readonly isDoubtful: boolean;
  /** What came of it; undefined if that cannot be said. */
  readonly tell: (isThere: boolean | undefined) => void;
};

/**
 * Hands out a list of which nobody knows who is there, the likeliest first: neighbours share their fate, so whoever stands
 * beside one that answered comes before whoever stands beside one that did not. Many may be out before the first answer is told.
 *
 * @param ordered Such that neighbours are alike, e.g. by when they connected.
 * @param groups How many groups of neighbours to make, at least 1.
 */
export function* likeliestFirst<T>(ordered: readonly T[], groups: number): Generator<Asked<T>, void> {
  const size = Math.max(1, Math.ceil(ordered.length / groups));
  const all = Array.from({ length: Math.ceil(ordered.length / size) }, (_, n): Group<T> => ({
    waiting: ordered.slice(n * size, (n + 1) * size).reverse(),
    asked: 0,
    there: 0,
    missing: 0,
  }));

  /** How many were there, or missing, in the groups beside: where those who are there end is seldom where a group ends. */
  const beside = (place: number, which: 'there' | 'missing'): number =>
    (all[place - 1]?.[which] ?? 0) + (all[place + 1]?.[which] ?? 0);

  /** By Laplace's rule of succession; one that was asked and has not answered counts as one that is not there. */
  const chance = ({ waiting, there, asked }: Group<T>, place: number): number =>
    waiting.length === 0 ? 0 : (there + (beside(place, 'there') > 0 ? 1 : 0) + 1) / (asked + 2);

  /** By place. An answer changes that of its group and of those beside it. */
  const chances = all.map(chance);
  const reckon = (place: number): void => {
    for (let at = Math.max(0, place - 1); at <= place + 1 && at < all.length; at += 1)
      chances[at] = chance(all[at] as Group<T>, at); // It is there: `at` is within the list.
  };

  for (;;) {
    const best = chances.indexOf(Math.max(...chances));
    const group = all[best];
    const item = group?.waiting.pop();
    if (group === undefined || item === undefined) return;
    group.asked += 1;
    reckon(best);
    yield {
      item,
      isDoubtful:
        group.missing + beside(best, 'missing') >= manyMissing && group.there + beside(best, 'there') === 0,
      tell: (isThere) => {
        if (isThere === undefined) group.asked -= 1;
        else group[isThere ? 'there' : 'missing'] += 1;
        reckon(best);
      },
    };
  }
}
