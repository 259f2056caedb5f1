import { type Command, Option } from 'commander';

import { type Behaviour, type BehaviourKind, behaviourKinds, malformations } from './behaviour.ts';
import { parseBehaviour, syntaxes } from './parseBehaviour.ts';

const descriptions: Readonly<Record<BehaviourKind, string>> = {
  offline: 'no network for a while; readings wait in a buffer and come in a burst',
  flapping: 'connections are cut and come back',
  reboot: 'off for a while (2s), then boot + 1 and seq 0; the buffer is lost',
  duplicates: 'readings are published again',
  reordering: 'readings go out in another order, within a window of so many',
  'clock-skew': 'the clock is wrong',
  'clock-drift': 'the clock gains (or with - loses) so many millionths',
  slow: 'readings are old when they are published',
  crying: 'a crying baby: N times the rate for a while',
  malformed: `payloads that nobody can read: ${malformations.join(', ')}`,
  refused: 'connects with a wrong certificate; without TLS, with a wrong password',
};

const flagOf = (kind: BehaviourKind): string => {
  const { form } = syntaxes[kind];
  return `--${kind} <${form === '' ? 'WHO' : `WHO:${form}`}>`;
};

/** What commander makes of the options that {@link addBehaviourOptions} adds: each as often as it was given. */
export type BehaviourOptions = {
  readonly [
    Name in
      | 'offline'
      | 'flapping'
      | 'reboot'
      | 'duplicates'
      | 'reordering'
      | 'clockSkew'
      | 'clockDrift'
      | 'slow'
      | 'crying'
      | 'malformed'
      | 'refused'
  ]?: readonly Behaviour[];
};

/** Adds a switch for each behaviour. */
export const addBehaviourOptions = (command: Command): Command => {
  for (const kind of behaviourKinds) {
    command.addOption(
      new Option(flagOf(kind), `${descriptions[kind]} (${syntaxes[kind].example})`)
        .helpGroup('What devices do wrong (each switch may be repeated):')
        .argParser((text: string, before: readonly Behaviour[] | undefined) => [
          ...(before ?? []),
          parseBehaviour(kind, text),
        ]),
    );
  }
  return command;
};

/** All that was asked for, in the order of the kinds: the same switches concern the same devices in whatever order they are given. */
export const behavioursOf = (options: BehaviourOptions): readonly Behaviour[] =>
  [
    options.offline,
    options.flapping,
    options.reboot,
    options.duplicates,
    options.reordering,
    options.clockSkew,
    options.clockDrift,
    options.slow,
    options.crying,
    options.malformed,
    options.refused,
  ].flatMap((behaviours) => behaviours ?? []);

export const behaviourHelp = `
WHO is a share or names, or several by commas: 10%   all   region=eu-west   type=pump+meter   50%,region=eu-west
FOR/EVERY: for so long at a random moment of every so long: 30s/5m. Times: 500ms, 30s, 5m, 1h. All of it comes from --seed.
`;
