import { describe, expect, it } from 'vitest';
import { seeded } from '../../fanout/seeded.testing.ts';
import { check } from './check.ts';
import { defects, textDefects, withDefect } from './defects.testing.ts';
import { keyOf } from './entries.ts';
import { goodLedger, scene } from './goodLedger.testing.ts';
import { parseLedger, textsOf } from './text.ts';
import type { Class } from './verdict.ts';

const kinds = [...Object.keys(defects), ...Object.keys(textDefects)];
const seeds = Array.from({ length: 200 }, (_, seed) => seed);

describe('the checker', () => {
  it('finds nothing in 200 good ledgers, whatever came late, twice, folded, or from the history', () => {
    const seen = new Set<string>();
    for (const seed of seeds) {
      const verdict = check(parseLedger(textsOf(goodLedger(seed)), scene));
      expect(verdict.findings, `seed ${seed}`).toEqual([]);
      for (const [name, count] of Object.entries(verdict.classes)) if (count > 0) seen.add(name);
    }
    const all: Class[] = ['delivered', 'backFilled', 'folded', 'filtered', 'throttled', 'expired'];
    expect([...seen].sort()).toEqual([...all].sort());
  });

  it('names 200 of 200 defects, with the category, the hop, the viewer and the reading', () => {
    const named = seeds.map((seed) => {
      const kind = kinds[seed % kinds.length] ?? '';
      const { texts, expected, isTorn } = withDefect(goodLedger(seed), kind, seeded(seed));
      const { findings } = check(parseLedger(texts, scene));
      expect(expected, kind).not.toEqual([]);
      expect(findings, `${kind}, seed ${seed}`).toEqual(expect.arrayContaining(expected));
      // A torn file may look like anything; everything else is about that reading and no other.
      const about = new Set(expected.flatMap(({ name }) => (name === undefined ? [] : [keyOf(name)])));
      const others = findings.filter(({ name }) => name !== undefined && !about.has(keyOf(name)));
      if (!isTorn) expect(others, `${kind}, seed ${seed}`).toEqual([]);
      return kind;
    });
    expect(named).toHaveLength(200);
    expect(new Set(named).size).toBe(kinds.length);
  });
});
