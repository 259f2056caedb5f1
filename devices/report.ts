import type { Behaviour } from './behaviour/behaviour.ts';
import type { Progress } from './progress.ts';
import type { ResolvedSettings } from './settings.ts';
import { withoutSecrets } from './withoutSecrets.ts';

const count = (value: number): string => value.toLocaleString('en-US');
const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** What can be told of the settings: no passwords, no keys. */
export type StartFacts = {
  readonly devices: number | undefined;
  readonly fleetFile: string | undefined;
  readonly rate: number;
  readonly regions: readonly string[];
  readonly broker: string;
  readonly seed: string;
  readonly boot: number;
  readonly durationMs: number | undefined;
  readonly workers: number;
  readonly behaviours: readonly Behaviour[];
};

export const startFacts = (settings: ResolvedSettings): StartFacts => {
  const { devices, fleetFile, rate, regions, seed, boot, durationMs, workers, behaviours } = settings;
  const broker = withoutSecrets(settings.connection.broker);
  return { devices, fleetFile, rate, regions, broker, seed, boot, durationMs, workers, behaviours };
};

const fleetText = ({ devices, fleetFile, regions }: StartFacts): string => {
  if (fleetFile === undefined) return `${plural(devices ?? 0, 'device')} in ${regions.join(', ')}`;
  return devices === undefined
    ? `The devices of ${fleetFile}`
    : `${plural(devices, 'device')} of ${fleetFile}`;
};

/** The line at the start, from which the run can be repeated. */
export const startLine = (facts: StartFacts): string => {
  const { rate, broker, seed, boot, workers } = facts;
  const divided = workers === 1 ? '' : `, ${workers} workers`;
  return `${fleetText(facts)}, ${rate} per second each, to ${broker} (seed ${seed}, boot ${boot}${divided}). Ctrl-C stops.`;
};

const latency = ({ p50, p99 }: Progress['ackMs']): string =>
  p50 === null || p99 === null ? 'no ack yet' : `ack p50 ${p50} ms, p99 ${p99} ms`;

/** `12 connection refused, 3 connection reset`, the most frequent first. */
const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, value]) => `${count(value)} ${name}`)
    .join(', ');

/** What did not end well, as phrases; empty when all is well. */
const losses = (progress: Progress): readonly string[] =>
  [
    { value: progress.dropped, text: 'dropped from full buffers while offline' },
    { value: progress.refused, text: 'refused by the broker' },
    { value: progress.unacknowledged, text: 'left without an answer' },
    { value: progress.forgotten, text: 'forgotten by devices that behaviours restarted or kept offline' },
  ]
    .filter(({ value }) => value > 0)
    .map(({ value, text }) => `${count(value)} ${text}`);

const machine = ({ eventLoopMs, missed }: Progress): readonly string[] => [
  ...(eventLoopMs === null ? [] : [`event loop p99 ${eventLoopMs} ms`]),
  ...(missed === 0 ? [] : [`${plural(missed, 'reading')} missed`]),
];

/** The live lines, without the bar: what there is nothing to say of is left out. */
export const progressLines = (progress: Progress): readonly string[] => {
  const { connected, devices, published, acknowledged, waiting, behaviours } = progress;
  const lines = [
    [
      `${count(connected)}/${count(devices)} connected`,
      `${count(published)} published`,
      `${count(acknowledged)} acknowledged`,
      ...(waiting > 0 ? [`${count(waiting)} waiting`] : []),
      latency(progress.ackMs),
    ],
    progress.errors === 0 ? [] : [`${plural(progress.errors, 'error')}: ${counted(progress.errorsByReason)}`],
    Object.keys(behaviours).length === 0 ? [] : [`behaviours: ${counted(behaviours)}`],
    [...losses(progress), ...machine(progress)],
  ];
  return lines.filter((parts) => parts.length > 0).map((parts) => parts.join(' · '));
};

/** From here on its own timers, and not what it tests, are what is measured. */
const maxEventLoopMs = 100;
const maxMissedShare = 0.001;

/** Whether the simulator could not keep up, and what to do; undefined when it could. `cores`: processors of this machine. */
export const limitWarning = (
  { eventLoopMs, missed, published }: Progress,
  { workers, cores }: { readonly workers: number; readonly cores: number },
): string | undefined => {
  const signs = [
    ...((eventLoopMs ?? 0) > maxEventLoopMs ? [`event loop p99 ${eventLoopMs ?? 0} ms`] : []),
    ...(missed > published * maxMissedShare ? [`${plural(missed, 'reading')} missed`] : []),
  ];
  if (signs.length === 0) return undefined;
  const advice = workers < cores ? `--workers ${cores}, ` : '';
  return `This machine was the limit, not the broker (${signs.join(', ')}): latencies are its own. Use ${advice}fewer --devices, a lower --rate or a machine with less to do.`;
};

/** What both transports say where a broker lets the newer of two clients with one name in [MQTT-3.1.4-3]. */
const takenOver = 'another client came with this client id';

const takeoverHint =
  'Somebody else uses the same device names: stop it, or give these devices others by --id-prefix.';

/** AWS IoT Core: "Publish requests per second per connection". */
const mostPublishes = 100;

/** What a device publishes a second at most, with what behaviours add. */
const heaviest = (rate: number, behaviours: readonly Behaviour[]): number => {
  const cries = behaviours.some(({ kind }) => kind === 'crying');
  const copies = behaviours.reduce((sum, each) => sum + (each.kind === 'duplicates' ? each.chance : 0), 0);
  return (cries ? mostPublishes : rate) * (1 + copies);
};

/** What behaviours did not or could not do, a sentence each. */
export const behaviourWarnings = (
  { behaviours, connected }: Pick<Progress, 'behaviours' | 'connected'>,
  asked: { readonly rate: number; readonly behaviours: readonly Behaviour[] },
): readonly string[] => {
  const isAsked = asked.behaviours.some(({ kind }) => kind === 'refused');
  return [
    ...(isAsked && behaviours.refused === undefined && connected > 0
      ? ['--refused took no effect: nobody was refused, as this broker lets everybody in.']
      : []),
    ...(heaviest(asked.rate, asked.behaviours) > mostPublishes
      ? [
          'With --duplicates a device may exceed 100 publishes a second, which AWS IoT discards: lower --rate or --crying.',
        ]
      : []),
  ];
};

/** The last lines: what was done and, where something was lost, what. */
export const summaryLines = (summary: Progress): string => {
  const { connected, devices, published, acknowledged, errors, errorsByReason, behaviours, seconds } =
    summary;
  const outcome =
    `Stopped after ${seconds} s: ${count(connected)} of ${plural(devices, 'device')} connected, ` +
    `${count(published)} published, ${count(acknowledged)} acknowledged, ${plural(errors, 'error')}, ` +
    `${[latency(summary.ackMs), ...machine(summary)].join(', ')}.`;
  const lost = losses(summary);
  return [
    outcome,
    ...(errors === 0 ? [] : [`Errors: ${counted(errorsByReason)}.`]),
    ...(errorsByReason[takenOver] === undefined ? [] : [takeoverHint]),
    ...(Object.keys(behaviours).length === 0 ? [] : [`Behaviours: ${counted(behaviours)}.`]),
    ...(lost.length === 0 ? [] : [`Not acknowledged: ${lost.join(', ')}.`]),
  ].join('\n');
};

/** What makes a run a partial failure, as one sentence; undefined when all is well. What a behaviour wanted is none. */
export const shortfall = (summary: Progress): string | undefined => {
  const { dropped, refused, unacknowledged, published, unreached, connected, devices, lastError } = summary;
  const lost = dropped + refused + unacknowledged;
  const parts = [
    ...(lost === 0
      ? []
      : [
          `${count(lost)} of ${plural(published, 'message')} ${lost === 1 ? 'was' : 'were'} not acknowledged`,
        ]),
    ...(unreached === 0
      ? []
      : [
          `${count(unreached)} of ${plural(devices, 'device')} never connected (${lastError ?? 'no answer'})`,
        ]),
  ];
  const limit =
    unacknowledged > 0 && connected > 0
      ? ' AWS IoT does not answer what exceeds 100 publishes a second and connection.'
      : '';
  return parts.length === 0
    ? undefined
    : `${parts.join(' and ')}: look at the broker and the network.${limit}`;
};
