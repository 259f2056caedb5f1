import type { Clock } from '../clock.ts';
import { unitAt } from '../models/noise.ts';
import type { Spell } from './behaviour.ts';

/** Milliseconds after the behaviour began; `to` may be Infinity. */
export type Span = { readonly from: number; readonly to: number };

/** The `n`th time (from 0) that a spell comes over a device. Undefined: not any more. */
export const spanOf = (seed: number, { forMs = Infinity, everyMs }: Spell, n: number): Span | undefined => {
  if (everyMs === undefined) return n === 0 ? { from: 0, to: forMs } : undefined;
  const lasts = Math.min(forMs, everyMs);
  const from = (n + unitAt(seed, n)) * everyMs - unitAt(seed, n) * lasts;
  return { from, to: from + lasts };
};

/** Calls `enter` whenever the spell comes, and what that returned when it is over. Returns what ends it all, a spell under way included. */
export const underSpell = (
  clock: Clock,
  { seed, spell }: { readonly seed: number; readonly spell: Spell },
  enter: () => () => void,
): (() => void) => {
  const startedAt = clock.elapsed();
  let leave: (() => void) | undefined;
  let cancel = (): void => undefined;
  const at = (ms: number, action: () => void): void => {
    cancel = clock.after(Math.max(0, startedAt + ms - clock.elapsed()), action);
  };
  const end = (): void => {
    leave?.();
    leave = undefined;
  };
  const wait = (n: number): void => {
    const span = spanOf(seed, spell, n);
    if (span === undefined) return;
    const begin = (): void => {
      leave = enter();
      if (span.to === Infinity) return;
      at(span.to, () => {
        end();
        wait(n + 1);
      });
    };
    // At once means at once: a device that is offline from the start never connects first.
    if (span.from === 0) begin();
    else at(span.from, begin);
  };
  wait(0);
  return () => {
    cancel();
    end();
  };
};
