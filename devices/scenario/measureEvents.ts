import type { Told } from '../ledger/entries.ts';
import type { Selection } from './expectation.ts';
import type { About, Facts } from './facts.ts';
import type { Happening } from './happenings.ts';
import type { Measured } from './measured.ts';
import { clockText } from './words.ts';

type Moment = { readonly who: string; readonly at: number };

const often = (n: number): string => (n === 0 ? 'never' : n === 1 ? 'once' : `${n} times`);

/** `train: 2 times, at 10:00:01.200 and 10:00:13.100`, for each of `all`. */
const notesOf = ({ phaseAt }: Facts, all: readonly string[], moments: readonly Moment[]): string[] =>
  all.map((one) => {
    const times = moments.filter(({ who }) => who === one).map(({ at }) => at);
    const [first] = times;
    if (first === undefined) return `${one}: never`;
    return `${one}: ${often(times.length)}, ${times.length > 1 ? 'first ' : ''}at ${clockText(first)} (${phaseAt(first) ?? 'after the last phase'})`;
  });

const measured = (facts: Facts, all: readonly string[], moments: readonly Moment[]): Measured => ({
  found: moments.length,
  counted: [],
  others: [],
  notes: notesOf(facts, all, moments),
});

/** What devices did, or was done to them. */
export const countHappenings = (facts: Facts, of: Selection, what: Happening['what']): Measured => {
  const moments = facts.happenings
    .filter((one) => one.what === what && facts.includesDevice(of, one.deviceId))
    .filter(({ at }) => facts.includesMoment(of, at))
    .map(({ deviceId: who, at }) => ({ who, at }));
  const devices = facts.judgement.index.ledger.scene.devices.map(({ deviceId }) => deviceId);
  const all = devices.filter((id) => facts.includesDevice(of, id));
  return measured(facts, all, moments);
};

/** What was told to viewers while it holds that `isOne`. */
const tellingsTo = <One extends Told>(
  facts: Facts,
  of: Selection,
  isOne: (one: Told) => one is One,
): { readonly viewers: readonly string[]; readonly tellings: readonly (readonly One[])[] } => {
  const viewers = facts.judgement.index.viewers.filter(
    ({ viewer }) => of.viewers?.includes(viewer.viewer) !== false,
  );
  return {
    viewers: viewers.map(({ viewer }) => viewer.viewer),
    tellings: viewers.map(({ told }) => told.filter(isOne)),
  };
};

/** How often viewers were told this, but for the `first` times: a first connection is no reconnection. */
export const countTellings = (
  facts: Facts,
  of: Selection,
  what: 'connected' | 'resumed',
  first = 0,
): Measured => {
  const isOne = (one: Told): one is Told => one.what === what;
  const { viewers, tellings } = tellingsTo(facts, of, isOne);
  const moments = tellings
    .flatMap((own) => own.slice(first))
    .filter(({ at }) => facts.includesMoment(of, at))
    .map(({ viewer: who, at }) => ({ who, at }));
  return measured(facts, viewers, moments);
};

type Gap = Told & { readonly what: 'gap' };

/** Each by the first reading that is missing. */
export const countGaps = (facts: Facts, of: Selection): Measured => {
  const isOne = (one: Told): one is Gap => one.what === 'gap';
  const { viewers, tellings } = tellingsTo(facts, of, isOne);
  const gaps = tellings
    .flat()
    .filter(({ at, deviceId }) => facts.includesMoment(of, at) && facts.includesDevice(of, deviceId));
  const counted = gaps.map(({ viewer, deviceId, boot, from }): About => ({
    viewer,
    name: { deviceId, boot, seq: from },
  }));
  const moments = gaps.map(({ viewer: who, at }) => ({ who, at }));
  return { ...measured(facts, viewers, moments), counted };
};

/** Each by the first reading of the new boot. */
export const countReboots = (facts: Facts, of: Selection): Measured => {
  const devices = [...facts.judgement.index.byDevice].filter(([id]) => facts.includesDevice(of, id));
  const firsts = devices
    .flatMap(([, readings]) => readings.filter(({ boot }, n) => n > 0 && readings[n - 1]?.boot !== boot))
    .filter(({ at }) => facts.includesMoment(of, at));
  const moments = firsts.map(({ deviceId: who, at }) => ({ who, at }));
  const counted = firsts.map((name): About => ({ name }));
  return {
    ...measured(
      facts,
      devices.map(([id]) => id),
      moments,
    ),
    counted,
  };
};

/** How often faults of the system happened, as its control server counts. */
export const countInjected = (facts: Facts, of: Selection): Measured => {
  const phaseOf = (period: number): string => facts.scenario.phases[period - 1]?.name ?? '';
  const faults = facts.judgement.index.ledger.faulted.filter(
    ({ kind, period }) =>
      of.faults?.includes(kind) !== false && of.phases?.includes(phaseOf(period)) !== false,
  );
  return {
    found: faults.reduce((sum, { injected }) => sum + injected, 0),
    ...{ counted: [], others: [] },
    notes: faults.map(({ kind, period, injected }) => `${kind}: ${often(injected)} (${phaseOf(period)})`),
  };
};
