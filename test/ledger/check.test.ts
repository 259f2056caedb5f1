import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../fanout/seeded.testing.ts';
import { check } from '../../devices/ledger/check.ts';
import { defects, textDefects, withDefect } from './defects.testing.ts';
import { goodLedger, scene } from './goodLedger.testing.ts';
import { isSideFinding } from './sideFindings.testing.ts';
import { parseLedger, textsOf } from '../../devices/ledger/text.ts';
import type { Class } from '../../devices/ledger/verdict.ts';

const kinds = [...Object.keys(defects), ...Object.keys(textDefects)];
const seeds = Array.from({ length: 200 }, (_, seed) => seed);

describe('the checker', { timeout: 60_000 }, () => {
  it('finds nothing in 200 good ledgers, whatever came late, twice, folded, or from the history', () => {
    const seen = new Set<string>();
    for (const seed of seeds) {
      const verdict = check(parseLedger(textsOf(goodLedger(seed)), scene));
      expect(verdict.findings, `seed ${seed}`).toEqual([]);
      expect(verdict.overcounted, `seed ${seed}`).toBe(0);
      for (const [name, count] of Object.entries(verdict.classes)) if (count > 0) seen.add(name);
    }
    const all: Class[] = ['delivered', 'backFilled', 'folded', 'filtered', 'throttled', 'expired'];
    expect([...seen].sort()).toEqual([...all].sort());
  });

  it('names 200 of 200 defects, with the category, the hop, the viewer and the reading, and nothing else', () => {
    const named = seeds.map((seed) => {
      const kind = kinds[seed % kinds.length] ?? '';
      const { texts, expected } = withDefect(goodLedger(seed), kind, seeded(seed));
      const { findings } = check(parseLedger(texts, scene));
      expect(expected, kind).not.toEqual([]);
      expect(findings, `${kind}, seed ${seed}`).toEqual(expect.arrayContaining(expected));
      const others = findings.filter(
        (one) =>
          !expected.some((each) => isDeepStrictEqual(each, one)) && !isSideFinding(kind, expected, one),
      );
      expect(others, `${kind}, seed ${seed}`).toEqual([]);
      return kind;
    });
    expect(named).toHaveLength(200);
    expect(new Set(named).size).toBe(kinds.length);
  });

  it('counts what updates count too much, and finds nothing wrong with it', () => {
    const { applied, ...ledger } = goodLedger(1);
    const n = applied.findLastIndex(({ fold }) => fold !== undefined);
    const more = applied.map((one, at) =>
      at === n && one.fold !== undefined ? { ...one, fold: { ...one.fold, count: one.fold.count + 3 } } : one,
    );
    expect(check({ ...ledger, applied: more })).toMatchObject({ findings: [], overcounted: 3 });
  });
});
