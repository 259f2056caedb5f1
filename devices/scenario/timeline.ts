import { basename } from 'node:path';
import type { Behaviour } from '../behaviour/behaviour.ts';
import { withoutSecrets } from '../withoutSecrets.ts';
import { durationText, expectationText } from './words.ts';
import type {
  FleetBehaviour,
  FleetSpec,
  Phase,
  Scenario,
  Step,
  SystemFault,
  ViewerSpec,
} from './scenario.ts';

const clockOf = (ms: number): string => {
  const seconds = Math.floor(ms / 1_000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
};

/** Fields and their values, as short as they can be said. */
const settingText = (setting: object): string =>
  Object.entries(setting)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      if (/ms$/i.test(key))
        return `${key.replace(/Ms$/, '').replace(/^ms$/, 'by')} ${durationText(Number(value))}`;
      return `${key} ${Array.isArray(value) ? value.join(', ') : String(value)}`;
    })
    .join(', ');

const withSetting = (what: string, setting: string): string =>
  setting === '' ? what : `${what} (${setting})`;

const behaviourText = ({ kind, whom = {}, ...setting }: Behaviour): string =>
  withSetting(kind, [settingText(setting), settingText(whom)].filter((text) => text !== '').join('; '));

const systemText = ({ system }: Scenario): string =>
  system.kind === 'twin'
    ? `a twin of its own, ingest ${system.ingest}`
    : `${withoutSecrets(system.broker ?? 'the endpoints of fleet files')} and ${withoutSecrets(system.webSocketUrl)}${system.control === undefined ? ', whose inside is not seen' : ''}`;

/** How many, of which models, where, with what. */
const devicesText = ({ count, models, modelsFile, fleetFile, regions, certificates }: FleetSpec): string => {
  const file = modelsFile === undefined ? 'all models' : `the models of ${basename(modelsFile)}`;
  return [
    count === undefined ? 'the devices' : `${count} devices`,
    ...(fleetFile === undefined ? [] : [`of ${basename(fleetFile)}`]),
    `(${models.length === 0 ? file : models.join(', ')})`,
    ...(regions.length === 0 ? [] : [`in ${regions.join(', ')}`]),
    ...(certificates ? ['with certificates'] : []),
  ].join(' ');
};

const fleetText = (fleet: FleetSpec): string =>
  [
    `  fleet ${fleet.name}: ${devicesText(fleet)}, ${fleet.rate} per second each`,
    ...(fleet.waits ? ['waits for a step'] : []),
    ...fleet.behaviours.map(behaviourText),
  ].join('; ');

const viewerText = ({ name, habit, grants, subscriptions }: ViewerSpec): string => {
  const { kind, ...setting } = habit;
  const wishes = subscriptions.map(({ to, where = [], maxRate }) =>
    [
      ...Object.entries(to).map(([what, target]) => `${what} ${target}`),
      ...where.map(({ field, op, value }) => `where ${field} ${op} ${String(value)}`),
      ...(maxRate === undefined ? [] : [`at most ${maxRate} per second`]),
    ].join(' '),
  );
  return `  viewer ${name}: ${withSetting(kind, settingText(setting))}, may see ${grants.join(', ')}, watches ${wishes.join('; ')}`;
};

const stepText = (step: Step): string =>
  `${step.what} ${('fleets' in step ? step.fleets : step.viewers).join(', ')}`;

const faultText = ({ kind, setting }: SystemFault): string => withSetting(kind, settingText(setting));

const appliedText = ({ fleets, behaviour }: FleetBehaviour, all: number): string =>
  `${fleets.length === all ? 'devices' : fleets.join(', ')}: ${behaviourText(behaviour)}`;

const phaseLines = (phase: Phase, from: number, fleets: number): string[] => [
  `${clockOf(from)}  ${phase.name} (${durationText(phase.ms)})`,
  ...phase.behaviours.map((one) => `         ${appliedText(one, fleets)}`),
  ...phase.faults.map((one) => `         system: ${faultText(one)}`),
  ...phase.steps.map((step) => `  ${clockOf(from + step.atMs)}  ${stepText(step)}`),
];

/** What will happen, and when: what `--dry-run` prints. */
export const timelineOf = (scenario: Scenario): string => {
  const { name, description, seed, fleets, viewers, phases, settleMs, expectations } = scenario;
  let from = 0;
  const lines = phases.flatMap((phase) => {
    const own = phaseLines(phase, from, fleets.length);
    from += phase.ms;
    return own;
  });
  return [
    `${name} (seed ${seed}) on ${systemText(scenario)}`,
    ...(description === '' ? [] : [description.trim()]),
    '',
    ...fleets.map(fleetText),
    ...viewers.map(viewerText),
    '',
    ...lines,
    `${clockOf(from)}  everything is healed, devices go on (${durationText(settleMs)})`,
    `${clockOf(from + settleMs)}  devices stop; what is under way is waited for`,
    '',
    'Expected:',
    ...expectations.map((one) => `  ${expectationText(one)}`),
  ].join('\n');
};
