import type { Bounds, Expectation, Selection } from './expectation.ts';
import type { Facts } from './facts.ts';
import type { Judged } from './judgeExpectation.ts';
import { pathOf, type Path, type PathHop } from './pathOf.ts';
import type { Scenario } from './scenario.ts';

const count = (value: number): string => value.toLocaleString('en-US');

/** A duration as people write it: `300 ms`, `2.5 s`, `1 min 30 s`, `24 h`. */
export const durationText = (ms: number): string => {
  if (ms < 0) return `-${durationText(-ms)}`;
  if (ms > 0 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  const rest = Math.round((ms % 60_000) / 1_000);
  return `${Math.floor(ms / 60_000)} min${rest === 0 ? '' : ` ${rest} s`}`;
};

/** Never 100 % of what is not the whole. */
const percentText = (part: number): string => `${Number((Math.floor(part * 1e5) / 1e3).toFixed(3))} %`;

const valueText = ({ metric }: Expectation, value: number): string => {
  if (metric === 'delivered') return percentText(value);
  return metric === 'latency' ? durationText(value) : count(value);
};

const boundsText = (expectation: Expectation): string => {
  const { atLeast, atMost }: Bounds = expectation.bounds;
  const text = (value: number): string => valueText(expectation, value);
  if (atLeast !== undefined && atLeast === atMost) return text(atLeast);
  return [
    ...(atLeast === undefined ? [] : [`at least ${text(atLeast)}`]),
    ...(atMost === undefined ? [] : [`at most ${text(atMost)}`]),
  ].join(' and ');
};

const selectionText = ({ viewers, devices, fleets, types, regions, phases, faults }: Selection): string =>
  [
    ['for', viewers],
    ['of', devices],
    ['of', fleets],
    ['of', types],
    ['in', regions],
    ['of', faults],
    ['during', phases],
  ]
    .flatMap(([word, names]) => (Array.isArray(names) ? [` ${String(word)} ${names.join(', ')}`] : []))
    .join('');

/** An expectation in words. */
export const expectationText = (expectation: Expectation): string => {
  const { metric, of } = expectation;
  const what = metric === 'latency' ? `latency ${expectation.percentile}` : metric;
  const from = metric === 'latency' && expectation.from === 'published' ? ' since published' : '';
  return `${what}${from} ${boundsText(expectation)}${selectionText(of)}`;
};

export const foundText = ({ expectation, found }: Judged): string =>
  found === undefined ? 'there was nothing to measure' : `found ${valueText(expectation, found)}`;

/** `10:00:01.200`, UTC. */
export const clockText = (at: number): string => new Date(at).toISOString().slice(11, 23);

/** The first hop by the clock, the others by what passed since then. */
const hopText = ({ hop, at, note }: PathHop, begun: number | undefined): string => {
  if (at === undefined) return `${hop} ${note ?? 'never'}`;
  const when =
    begun === undefined || begun === at ? clockText(at) : `+${durationText(Math.max(0, at - begun))}`;
  return `${hop} ${when}${note === undefined ? '' : ` (${note})`}`;
};

/** Two lines: which reading for whom, and which way it went. */
const pathLines = (path: Path): readonly string[] => {
  const { name, viewer, region, type, phase, became, stoppedAt, hops } = path;
  const where = [type, region, phase === undefined ? undefined : `taken during "${phase}"`]
    .filter((part) => part !== undefined)
    .join(', ');
  const begun = hops[0]?.at;
  return [
    [
      `${name.deviceId}, boot ${name.boot}, seq ${name.seq}`,
      where === '' ? '' : ` (${where})`,
      viewer === undefined ? '' : ` for ${viewer}`,
      became === '' ? '' : `: ${became}`,
      stoppedAt === undefined ? '' : `; it stopped before "${stoppedAt}"`,
    ].join(''),
    `  ${hops.map((hop) => hopText(hop, begun)).join(' → ')}`,
  ];
};

const mostExamples = 3;
const mostNotes = 10;

/** A line for one that holds; for one that does not, what was found, who how often, and which readings went where. */
export const judgedLines = (facts: Facts, judged: Judged): readonly string[] => {
  const { expectation, holds, examples, notes } = judged;
  const line = `${holds ? 'ok  ' : 'FAIL'} ${expectationText(expectation)}: ${foundText(judged)}`;
  const shown = examples.slice(0, mostExamples).flatMap((about) => pathLines(pathOf(facts, about)));
  const rest = examples.length - mostExamples;
  return [
    line,
    ...notes.slice(0, mostNotes).map((note) => `       ${note}`),
    ...(notes.length > mostNotes ? [`       … and ${count(notes.length - mostNotes)} more`] : []),
    ...shown.map((text) => `       ${text}`),
    ...(rest > 0 ? [`       … and ${count(rest)} more like these`] : []),
  ];
};

/** The end of a failed run, in a sentence. */
export const failureText = ({ name }: Scenario, judged: readonly Judged[]): string => {
  const failed = judged.filter(({ holds }) => !holds).length;
  return `${name}: ${failed} of ${judged.length} expectations failed.`;
};
