import { isEncrypted, isWebSocket, brokerUrl } from '../brokerUrl.ts';
import { models as builtIn } from '../models/models.ts';
import { spellProblem } from './behaviourFields.ts';
import type { FleetFields } from './fleetFields.ts';
import { overload } from './overload.ts';
import type { ScenarioFields } from './parseScenario.ts';
import { isTwin } from './systemFields.ts';
import { habitProblem, subscriptionProblem } from './viewerFields.ts';

type Path = readonly PropertyKey[];
export type Problem = { readonly path: Path; readonly message: string };

const problem = (path: Path, message: string | undefined | false): Problem[] =>
  message === undefined || message === false ? [] : [{ path, message }];

const unknown = (what: string, name: string, known: readonly string[]): string =>
  `there is no ${what} "${name}"; known are ${known.length === 0 ? 'none' : known.join(', ')}`;

/** The names at a path that none of `known` has. */
const unknownIn = (
  path: Path,
  what: string,
  names: readonly string[] | undefined,
  known: readonly string[],
): Problem[] =>
  (names ?? [])
    .filter((name) => !known.includes(name))
    .map((name) => ({ path, message: unknown(what, name, known) }));

const inSystem = ({ system, fleets }: ScenarioFields): Problem[] => {
  if (isTwin(system)) return [];
  const { ca, transport } = system;
  const broker = system.broker === undefined ? undefined : brokerUrl(system.broker);
  const isPlain = broker !== undefined && !isEncrypted(broker);
  const needsBroker = Object.values(fleets).some(({ fleetFile }) => fleetFile === undefined);
  return [
    ...problem(
      ['system'],
      needsBroker && broker === undefined && 'needs a `broker`, as not every fleet has a `fleetFile`',
    ),
    ...problem(['system', 'ca'], ca !== undefined && isPlain && 'belongs to a broker with mqtts: or wss:'),
    ...problem(
      ['system', 'transport'],
      transport === 'aws-iot' &&
        (isPlain || (broker !== undefined && isWebSocket(broker))) &&
        'aws-iot is always encrypted: give an AWS IoT endpoint or an mqtts: url as `broker`',
    ),
  ];
};

/** Where devices and their names come from. */
const sourceProblem = (fields: FleetFields, onTwin: boolean): string | undefined => {
  const { fleetFile, certificates, count, regions } = fields;
  if (fleetFile !== undefined && onTwin)
    return '"fleetFile" belongs to a system that runs; on a twin of its own say certificates: true';
  if (fleetFile !== undefined && regions !== undefined)
    return 'the devices of a "fleetFile" have their regions: leave out "regions"';
  if (certificates === true && !onTwin)
    return '"certificates" belongs to a twin of its own; elsewhere name the "fleetFile" that provision wrote';
  if (fleetFile !== undefined) return undefined;
  if (count === undefined) return 'expected a "count", or a "fleetFile" on a system that runs';
  return regions === undefined ? 'expected "regions"' : undefined;
};

const noCertificates = (name: string, { certificates, fleetFile }: FleetFields, onTwin: boolean) =>
  certificates !== true &&
  fleetFile === undefined &&
  `the devices of ${name} have no certificates, so nobody would refuse them: say ${onTwin ? 'certificates: true' : 'fleetFile'} there`;

const inFleets = ({ fleets, system }: ScenarioFields): Problem[] => {
  const types = builtIn.map(({ type }) => type);
  const each = Object.entries(fleets).flatMap(([name, fields]): Problem[] => {
    const path = ['fleets', name];
    const behaviours = (fields.behaviours ?? []).flatMap((one, n) => [
      ...problem([...path, 'behaviours', n], spellProblem(one)),
      ...problem(
        [...path, 'behaviours', n],
        one.refused !== undefined && noCertificates(name, fields, isTwin(system)),
      ),
    ]);
    // Those of a file are looked for when it is read.
    const known = fields.modelsFile === undefined ? types : (fields.models ?? []);
    return [
      ...problem(path, sourceProblem(fields, isTwin(system))),
      ...unknownIn([...path, 'models'], 'model', fields.models, known),
      ...behaviours,
    ];
  });
  const sizes = Object.values(fleets).map(({ count = 0, rate = 1 }) => ({ count, rate }));
  return [...each, ...problem(['fleets'], overload(sizes))];
};

const inViewers = ({ viewers = {} }: ScenarioFields): Problem[] =>
  Object.entries(viewers).flatMap(([name, fields]): Problem[] => {
    const path = ['viewers', name];
    const habit = habitProblem(fields);
    if (habit !== undefined) return [{ path, message: habit }];
    const [n, message] = subscriptionProblem(fields.subscriptions) ?? [];
    return message === undefined ? [] : [{ path: [...path, 'subscriptions', n ?? 0], message }];
  });

type PhaseFields = ScenarioFields['phases'][number];

const inSteps = (path: Path, phase: PhaseFields, { fleets, viewers = {} }: ScenarioFields): Problem[] =>
  (phase.do ?? []).flatMap((step, m) => {
    const here = [...path, 'do', m];
    const { start = [], stop = [], sleep = [], wake = [], cut = [] } = step;
    return [
      ...unknownIn(here, 'fleet', [...start, ...stop], Object.keys(fleets)),
      ...unknownIn(here, 'viewer', [...sleep, ...wake, ...cut], Object.keys(viewers)),
      ...problem(here, (step.at ?? 0) > phase.for && 'comes after the phase is over'),
    ];
  });

const inBehaviours = (path: Path, phase: PhaseFields, { fleets, system }: ScenarioFields): Problem[] =>
  (phase.behaviours ?? []).flatMap((one, m) => {
    const here = [...path, 'behaviours', m];
    const concerned = Object.entries(fleets).filter(([name]) => one.fleets?.includes(name) !== false);
    return [
      ...unknownIn([...here, 'fleets'], 'fleet', one.fleets, Object.keys(fleets)),
      ...problem(here, spellProblem(one)),
      ...concerned.flatMap(([name, fleet]) =>
        problem(here, one.refused !== undefined && noCertificates(name, fleet, isTwin(system))),
      ),
    ];
  });

const inPhases = (fields: ScenarioFields): Problem[] => {
  const { phases, system } = fields;
  const hasFaults = isTwin(system) || system.control !== undefined;
  return phases.flatMap((phase, n): Problem[] => {
    const path = ['phases', n];
    return [
      ...inSteps(path, phase, fields),
      ...inBehaviours(path, phase, fields),
      ...problem(
        [...path, 'faults'],
        phase.faults !== undefined &&
          !hasFaults &&
          'needs `system.control`, the url of a twin’s control server',
      ),
    ];
  });
};

const inExpectations = ({ expect, fleets, viewers = {}, phases }: ScenarioFields): Problem[] => {
  const phaseNames = phases.map(({ name }) => name);
  const faults = phases.flatMap((phase) => Object.keys(phase.faults ?? {}));
  const hasFile = Object.values(fleets).some(({ fleetFile }) => fleetFile !== undefined);
  const regions = Object.values(fleets).flatMap((fleet) => fleet.regions ?? []);
  return expect.flatMap((one, n) => [
    ...unknownIn(['expect', n, 'viewer'], 'viewer', one.viewer, Object.keys(viewers)),
    ...unknownIn(['expect', n, 'fleet'], 'fleet', one.fleet, Object.keys(fleets)),
    ...unknownIn(['expect', n, 'phase'], 'phase', one.phase, phaseNames),
    ...unknownIn(['expect', n, 'fault'], 'fault', one.fault, faults),
    ...(hasFile ? [] : unknownIn(['expect', n, 'region'], 'region', one.region, regions)),
    ...problem(
      ['expect', n, 'fault'],
      one.fault !== undefined && one.injected === undefined && 'means something for "injected" only',
    ),
  ]);
};

const twice = ({ phases }: ScenarioFields): Problem[] => {
  const names = phases.map(({ name }) => name);
  const n = names.findIndex((name, at) => names.indexOf(name) < at);
  return problem(['phases', n, 'name'], n >= 0 && `there is another phase "${names[n] ?? ''}"`);
};

/** What is wrong with a scenario of which each part by itself is right; the first that there is. */
export const problemIn = (fields: ScenarioFields): Problem | undefined =>
  [
    ...inSystem(fields),
    ...inFleets(fields),
    ...inViewers(fields),
    ...inPhases(fields),
    ...twice(fields),
    ...inExpectations(fields),
  ][0];
