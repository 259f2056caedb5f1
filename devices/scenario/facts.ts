import type { Attempted } from '../ledger/checkIndex.ts';
import { keyOf, type Name } from '../ledger/entries.ts';
import type { Selection } from './expectation.ts';
import type { PhaseTime, Played } from './runScenario.ts';
import type { Scenario } from './scenario.ts';

/** A reading, and the viewer it is about where it is about one. */
export type About = { readonly name: Name; readonly viewer?: string | undefined };

/** Answers what an expectation asks of a run. */
export type Facts = Played & {
  readonly scenario: Scenario;
  /** Whether a selection includes this; what no device published is in none that names anything of it. */
  readonly includes: (of: Selection, about: About) => boolean;
  readonly includesMoment: (of: Selection, at: number) => boolean;
  readonly phaseAt: (at: number) => string | undefined;
};

const isIn = (names: readonly string[] | undefined, name: string | undefined): boolean =>
  names === undefined || (name !== undefined && names.includes(name));

const phaseAt = (phases: readonly PhaseTime[], at: number): string | undefined =>
  phases.find(({ from, to }) => from <= at && at < to)?.name;

export const factsOf = (scenario: Scenario, played: Played): Facts => {
  const { phases, judgement } = played;
  const readingOf = (name: Name): Attempted | undefined => judgement.index.attempted.get(keyOf(name));
  const fleetOf = (deviceId: string): string | undefined =>
    scenario.fleets
      .map(({ name }) => name)
      .filter((name) => deviceId.startsWith(`${name}-`))
      .toSorted((a, b) => b.length - a.length)[0];
  return {
    ...played,
    scenario,
    phaseAt: (at) => phaseAt(phases, at),
    includesMoment: (of, at) => isIn(of.phases, phaseAt(phases, at)),
    includes: (of, { name, viewer }) => {
      const reading = readingOf(name);
      return (
        isIn(of.viewers, viewer) &&
        isIn(of.devices, name.deviceId) &&
        isIn(of.fleets, fleetOf(name.deviceId)) &&
        isIn(of.regions, reading?.region) &&
        isIn(of.types, reading?.deviceType) &&
        (of.phases === undefined || isIn(of.phases, reading && phaseAt(phases, reading.at)))
      );
    },
  };
};
