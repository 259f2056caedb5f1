import type { ScenarioFields } from './parseScenario.ts';
import { habitProblem, subscriptionProblem } from './viewerFields.ts';

export type Problem = { readonly path: readonly PropertyKey[]; readonly message: string };

const unknown = (what: string, name: string, known: readonly string[]): string =>
  `there is no ${what} "${name}"; known are ${known.length === 0 ? 'none' : known.join(', ')}`;

/** The names at a path that none of `known` has. */
const unknownIn = (
  path: readonly PropertyKey[],
  what: string,
  names: readonly string[] | undefined,
  known: readonly string[],
): Problem[] =>
  (names ?? [])
    .filter((name) => !known.includes(name))
    .map((name) => ({ path, message: unknown(what, name, known) }));

const inViewers = ({ viewers = {} }: ScenarioFields): Problem[] =>
  Object.entries(viewers).flatMap(([name, fields]): Problem[] => {
    const path = ['viewers', name];
    const habit = habitProblem(fields);
    if (habit !== undefined) return [{ path, message: habit }];
    const [n, message] = subscriptionProblem(fields.subscriptions) ?? [];
    return message === undefined ? [] : [{ path: [...path, 'subscriptions', n ?? 0], message }];
  });

const inPhases = ({ phases, fleets, viewers = {}, system }: ScenarioFields): Problem[] => {
  const [allFleets, allViewers] = [Object.keys(fleets), Object.keys(viewers)];
  const hasFaults = system === 'twin' || 'twin' in system || system.control !== undefined;
  return phases.flatMap((phase, n): Problem[] => {
    const path = ['phases', n];
    const steps = (phase.do ?? []).flatMap((step, m): Problem[] => {
      const here = [...path, 'do', m];
      const late =
        (step.at ?? 0) > phase.for ? [{ path: here, message: 'comes after the phase is over' }] : [];
      return [
        ...unknownIn(here, 'fleet', [...(step.start ?? []), ...(step.stop ?? [])], allFleets),
        ...unknownIn(
          here,
          'viewer',
          [...(step.sleep ?? []), ...(step.wake ?? []), ...(step.cut ?? [])],
          allViewers,
        ),
        ...late,
      ];
    });
    const behaviours = (phase.behaviours ?? []).flatMap((one, m) =>
      unknownIn([...path, 'behaviours', m, 'fleets'], 'fleet', one.fleets, allFleets),
    );
    const faults =
      phase.faults === undefined || hasFaults
        ? []
        : [
            {
              path: [...path, 'faults'],
              message: 'needs `system.control`, the url of a twin’s control server',
            },
          ];
    return [...steps, ...behaviours, ...faults];
  });
};

const inExpectations = ({ expect, fleets, viewers = {}, phases }: ScenarioFields): Problem[] => {
  const phaseNames = phases.map(({ name }) => name);
  return expect.flatMap((one, n) => [
    ...unknownIn(['expect', n, 'viewer'], 'viewer', one.viewer, Object.keys(viewers)),
    ...unknownIn(['expect', n, 'fleet'], 'fleet', one.fleet, Object.keys(fleets)),
    ...unknownIn(['expect', n, 'phase'], 'phase', one.phase, phaseNames),
    ...unknownIn(
      ['expect', n, 'region'],
      'region',
      one.region,
      Object.values(fleets).flatMap(({ regions }) => regions),
    ),
  ]);
};

const twice = ({ phases }: ScenarioFields): Problem[] => {
  const names = phases.map(({ name }) => name);
  const n = names.findIndex((name, at) => names.indexOf(name) < at);
  return n < 0
    ? []
    : [{ path: ['phases', n, 'name'], message: `there is another phase "${names[n] ?? ''}"` }];
};

/** What is wrong with a scenario of which each part by itself is right; the first that there is. */
export const problemIn = (fields: ScenarioFields): Problem | undefined =>
  [...inViewers(fields), ...inPhases(fields), ...twice(fields), ...inExpectations(fields)][0];
