/** Some of a list that lie side by side, and what is known of those that were asked. */
type Group<T> = { readonly waiting: T[]; asked: number; there: number; missing: number };

export type Asked<T> = {
  readonly item: T;
  /** Whether one of its group was missing, and none was there of it and of those beside it. */
  readonly isDoubtful: boolean;
  /** What came of it; undefined if that cannot be said. */
  readonly tell: (isThere: boolean | undefined) => void;
};

/**
 * Hands out a list of which nobody knows who is there, the likeliest first: neighbours share their fate, so whoever stands
 * beside one that answered comes before whoever stands beside one that did not.
 *
 * @param ordered Such that neighbours are alike, e.g. by when they connected.
 * @param groups How many groups of neighbours to make, at least 1.
 */
export const likeliestFirst = <T>(
  ordered: readonly T[],
  groups: number,
): { next: () => Asked<T> | undefined } => {
  const size = Math.max(1, Math.ceil(ordered.length / groups));
  const all = Array.from({ length: Math.ceil(ordered.length / size) }, (_, n): Group<T> => ({
    waiting: ordered.slice(n * size, (n + 1) * size).reverse(),
    asked: 0,
    there: 0,
    missing: 0,
  }));

  /** Where those who are there end is seldom where a group ends. */
  const isBesideSome = (place: number): boolean =>
    (all[place - 1]?.there ?? 0) + (all[place + 1]?.there ?? 0) > 0;

  /** By Laplace's rule of succession; one that was asked and has not answered counts as one that is not there. */
  const chance = ({ there, asked }: Group<T>, place: number): number =>
    (there + (isBesideSome(place) ? 1 : 0) + 1) / (asked + 2);

  const likeliest = (): number => {
    let [best, highest] = [0, 0];
    for (const [place, group] of all.entries()) {
      const its = group.waiting.length === 0 ? 0 : chance(group, place);
      if (its > highest) [best, highest] = [place, its];
    }
    return best;
  };

  return {
    next: () => {
      const best = likeliest();
      const group = all[best];
      const item = group?.waiting.pop();
      if (group === undefined || item === undefined) return undefined;
      group.asked += 1;
      return {
        item,
        isDoubtful: group.missing > 0 && group.there === 0 && !isBesideSome(best),
        tell: (isThere) => {
          if (isThere === undefined) group.asked -= 1;
          else group[isThere ? 'there' : 'missing'] += 1;
        },
      };
    },
  };
};
