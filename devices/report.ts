import type { ResolvedSettings } from './settings.ts';
import type { Summary } from './simulate.ts';
import type { Progress } from './progress.ts';

const count = (value: number): string => value.toLocaleString('en-US');
const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

const latency = ({ p50, p99 }: Progress['ackMs']): string =>
  p50 === null || p99 === null ? 'no ack yet' : `ack p50 ${p50} ms, p99 ${p99} ms`;

/** What did not end well, as phrases; empty when all is well. */
const losses = (progress: Progress): readonly string[] =>
  [
    { value: progress.dropped, text: 'dropped from full buffers while offline' },
    { value: progress.refused, text: 'refused by the broker' },
    { value: progress.unacknowledged, text: 'left without an answer' },
    { value: progress.missed, text: 'not taken because this machine was too busy' },
  ]
    .filter(({ value }) => value > 0)
    .map(({ value, text }) => `${count(value)} ${text}`);

/** The line at the start, from which the run can be repeated. */
export const startLine = ({ devices, rate, regions, broker, seed, boot }: ResolvedSettings): string =>
  `${plural(devices, 'device')} in ${regions.join(', ')}, ${rate} per second each, to ${broker} ` +
  `(seed ${seed}, boot ${boot}). Ctrl-C stops.`;

/** The live line. */
export const progressLine = (progress: Progress): string => {
  const isTroubled = progress.connected < progress.devices && progress.lastError !== undefined;
  return [
    `${count(progress.connected)}/${count(progress.devices)} connected`,
    `${count(progress.published)} published`,
    `${count(progress.acknowledged)} acknowledged`,
    plural(progress.errors, 'error') + (isTroubled ? ` (${progress.lastError})` : ''),
    latency(progress.ackMs),
    ...losses(progress),
  ].join(' · ');
};

/** The last lines: what was done and, where something was lost, what. */
export const summaryLines = (summary: Summary): string => {
  const { connected, devices, published, acknowledged, errors, seconds } = summary;
  const outcome =
    `Stopped after ${seconds} s: ${count(connected)} of ${plural(devices, 'device')} connected, ` +
    `${count(published)} published, ${count(acknowledged)} acknowledged, ${plural(errors, 'error')}, ` +
    `${latency(summary.ackMs)}.`;
  const lost = losses(summary);
  return lost.length === 0 ? outcome : `${outcome}\nNot acknowledged: ${lost.join(', ')}.`;
};
