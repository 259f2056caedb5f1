import { setTimeout as wait } from 'node:timers/promises';
import type { Below } from '../../fanout/seeded.testing.ts';
import {
  faultKinds,
  type FaultKind,
  type Faults,
  type FaultSetting,
} from '../../infra/twin/faults/faults.ts';
import type { Book } from '../../devices/ledger/book.ts';

type Plan = (below: Below) => FaultSetting;

const some = (below: Below, from: number, to: number): number => (from + below(to - from + 1)) / 100;
const often: Plan = (below) => ({ probability: some(below, 10, 100) });
const seldom: Plan = (below) => ({ probability: some(below, 5, 30) });
const slow =
  (mostMs: number): Plan =>
  (below) => ({ probability: some(below, 20, 100), ms: 50 + below(mostMs) });

/** How badly each kind may go wrong: with this much, everything can still be had in the end. */
const plans: Readonly<Partial<Record<FaultKind, Plan>>> = {
  'dynamodb.throttle': often,
  'dynamodb.error': often,
  'dynamodb.latency': slow(500),
  'dynamodb.lost-response': seldom,
  'connections.throttle': often,
  'connections.error': often,
  'connections.gone': (below) => ({ probability: some(below, 1, 5) }),
  'connections.gone-early': (below) => ({ ms: 100 + below(800) }),
  'connections.latency': slow(1_000),
  'connections.lost-response': seldom,
  'disconnect.missing': often,
  'socket.cut': (below) => ({ probability: some(below, 20, 100) }),
  'function.crash': (below) => ({ probability: some(below, 5, 20), posts: below(6) }),
  'function.timeout': (below) => ({ probability: some(below, 1, 5), posts: below(6) }),
  'invoke.duplicate': often,
  'invoke.delay': slow(3_000),
  'sqs.error': often,
  'sqs.duplicate': often,
  'mqtt.lost-puback': seldom,
  'mqtt.restart': () => ({}),
};

/** What is left out, and why. */
export const notSurvivable: Readonly<Partial<Record<FaultKind, string>>> = {
  'connections.too-large': 'a 413 is for good: what was refused is not sent again',
};

const kinds = Object.keys(faultKinds) as FaultKind[]; // Of its keys.
export const survivable: readonly FaultKind[] = kinds.filter((kind) => plans[kind] !== undefined);

/** Each kind once, in some order, again and again: so that none is forgotten however short the run. */
const decks = (of: readonly FaultKind[], below: Below): (() => FaultKind) => {
  let deck: FaultKind[] = [];
  return () => {
    if (deck.length === 0) deck = [...of];
    const [kind] = deck.splice(below(deck.length), 1);
    if (kind === undefined) throw new Error('There is nothing to go wrong.');
    return kind;
  };
};

/** One stretch of time, with up to two kinds of faults in it. */
export type Period = {
  readonly ms: number;
  readonly faults: readonly (readonly [FaultKind, FaultSetting])[];
};

/** Drawn by `below` alone. A quarter of all periods are calm, half of the others have two kinds at once. Each is 2 to 4 s long. */
export const periods = function* (of: readonly FaultKind[], below: Below): Generator<Period, never> {
  const next = decks(of, below);
  const draw = (count: number): Map<FaultKind, FaultSetting> => {
    const faults = new Map<FaultKind, FaultSetting>();
    for (let n = 0; n < count; n += 1) {
      const kind = next();
      faults.set(kind, plans[kind]?.(below) ?? {});
    }
    return faults;
  };
  for (let n = 1; ; n += 1) {
    const isCalm = of.length === 0 || n % 4 === 0;
    const faults = isCalm ? [] : [...draw(below(2) === 0 && of.length > 1 ? 2 : 1)];
    yield { ms: 2_000 + below(2_000), faults };
  }
};

/**
 * Lets things go wrong for so long, period by period, at the moments that the plan says. When it resolves, nothing does
 * any more.
 */
export const runNemesis = async (
  { faults, book }: { faults: Faults; book: Book },
  plan: Iterable<Period>,
  forMs: number,
  progress: (elapsedMs: number) => void = () => undefined,
): Promise<void> => {
  const begun = performance.now();
  const elapsed = (): number => performance.now() - begun;
  let [number, end] = [0, 0];
  for (const { ms, faults: here } of plan) {
    if (end >= forMs) break;
    number += 1;
    end = Math.min(forMs, end + ms); // Reckoned from the start: what switching takes shifts nothing that follows.
    const at = Date.now();
    const before = faults.injected();
    for (const [kind, setting] of here) await faults.set(kind, setting);
    await wait(Math.max(0, end - elapsed()));
    const after = faults.injected();
    for (const [kind, setting] of here) {
      faults.clear(kind);
      const injected = (after[kind] ?? 0) - (before[kind] ?? 0);
      book.write('faulted', { at, period: number, kind, setting, injected });
    }
    progress(Math.min(forMs, elapsed()));
  }
};
