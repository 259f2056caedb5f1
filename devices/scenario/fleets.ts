import type { Behaviour } from '../behaviour/behaviour.ts';
import type { Book } from '../ledger/book.ts';
import { mergedCounts } from '../progress.ts';
import type { Counts } from '../tally.ts';
import { recorder, type Happening } from './happenings.ts';
import type { PreparedFleet } from './loadFleets.ts';
import { scenarioFleet } from './scenarioFleet.ts';

/** All fleets of a scenario, by name. */
export type Fleets = {
  /** Starts one that does not run; rejects with DevicesError `broker_unreachable`. */
  readonly start: (name: string) => Promise<void>;
  /** Stops one that runs, and waits for what is outstanding. */
  readonly stop: (name: string) => Promise<void>;
  readonly stopAll: () => Promise<void>;
  /** Of the fleets that run now or start later; what is returned ends it. */
  readonly apply: (names: readonly string[], behaviour: Behaviour) => () => void;
  /** Of all of them together. */
  readonly counts: () => Counts;
  readonly happenings: readonly Happening[];
};

export const createFleets = (
  { book, seed }: { readonly book: Pick<Book, 'write'>; readonly seed: string },
  prepared: readonly PreparedFleet[],
): Fleets => {
  const happenings: Happening[] = [];
  const happened = (one: Happening): void => void happenings.push(one);
  const ports = { seed, happened, onReading: recorder(book, happened) };
  const fleets = new Map(prepared.map((one) => [one.spec.name, scenarioFleet(ports, one)]));
  return {
    start: async (name) => fleets.get(name)?.start(),
    stop: async (name) => fleets.get(name)?.stop(),
    stopAll: async () => {
      await Promise.all([...fleets.values()].map((fleet) => fleet.stop()));
    },
    apply: (names, behaviour) => {
      const lifts = names.map((name) => fleets.get(name)?.apply(behaviour));
      return () => lifts.forEach((lift) => lift?.());
    },
    counts: () => mergedCounts([...fleets.values()].map((fleet) => fleet.counts())),
    happenings,
  };
};
