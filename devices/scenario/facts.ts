import { keyOf, type Name } from '../ledger/entries.ts';
import type { Selection } from './expectation.ts';
import type { PhaseTime, Played } from './runScenario.ts';
import type { Scenario } from './scenario.ts';

/** A reading, and the viewer it is about where it is about one. */
export type About = { readonly name: Name; readonly viewer?: string | undefined };

/** Answers what an expectation asks of a run. */
export type Facts = Played & {
  readonly scenario: Scenario;
  /** Whether a selection includes this; what no device published is in none that names a phase. */
  readonly includes: (of: Selection, about: About) => boolean;
  readonly includesDevice: (of: Selection, deviceId: string) => boolean;
  readonly includesMoment: (of: Selection, at: number) => boolean;
  readonly phaseAt: (at: number) => string | undefined;
};

const isIn = (names: readonly string[] | undefined, name: string | undefined): boolean =>
  names === undefined || (name !== undefined && names.includes(name));

const phaseAt = (phases: readonly PhaseTime[], at: number): string | undefined =>
  phases.find(({ from, to }) => from <= at && at < to)?.name;

export const factsOf = (scenario: Scenario, played: Played): Facts => {
  const { phases, judgement, fleets } = played;
  const { attempted, ledger } = judgement.index;
  const devices = new Map(ledger.scene.devices.map((device) => [device.deviceId, device]));
  const includesDevice = (of: Selection, deviceId: string): boolean => {
    const device = devices.get(deviceId);
    return (
      isIn(of.devices, deviceId) &&
      isIn(of.fleets, fleets.get(deviceId)) &&
      isIn(of.regions, device?.region) &&
      isIn(of.types, device?.deviceType)
    );
  };
  return {
    ...played,
    scenario,
    phaseAt: (at) => phaseAt(phases, at),
    includesMoment: (of, at) => isIn(of.phases, phaseAt(phases, at)),
    includesDevice,
    includes: (of, { name, viewer }) => {
      const reading = attempted.get(keyOf(name));
      return (
        isIn(of.viewers, viewer) &&
        includesDevice(of, name.deviceId) &&
        (of.phases === undefined || isIn(of.phases, reading && phaseAt(phases, reading.at)))
      );
    },
  };
};
