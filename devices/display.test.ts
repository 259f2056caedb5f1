import { describe, expect, it } from 'vitest';

import { displayOn } from './display.ts';
import { progressOf } from './progress.ts';
import { startFacts } from './report.ts';
import { withDefaults } from './settings.ts';
import { tally } from './tally.ts';

const facts = startFacts(withDefaults({ devices: 2, durationMs: 59_500, boot: 7 }, 0));
const progress = progressOf(tally(2).counts(), 30, 12);

/** All that is written when a run is shown. */
const shown = (screen: { isTTY?: boolean; columns?: number }, choice: Parameters<typeof displayOn>[1]) => {
  const written: string[] = [];
  const display = displayOn({ ...screen, write: (text) => written.push(text) }, choice);
  display.start(facts);
  display.progress(progress);
  display.progress(progress);
  display.summary({ ...progress, seed: 's', boot: 7 });
  return written;
};

describe('a run is shown', () => {
  it('on a terminal as lines redrawn in place in one write each, none wider than it, and a bar', () => {
    const written = shown({ isTTY: true, columns: 40 }, {});
    const [, first, second, cleared] = written;
    expect(first).toContain('[===============---------------] 50%');
    expect(second?.startsWith('\r\u001b[2A')).toBe(true);
    const lines = second?.replace(/\u001b\[\d*[A-Z]|\r/g, '').split('\n') ?? [];
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.length).toBeLessThan(40);
    expect(cleared).toBe('\r\u001b[2A\u001b[J');
  });

  it('on a terminal that does not know its width as on one of 80 columns', () => {
    const [, first] = shown({ isTTY: true, columns: 0 }, {});
    expect(first).toContain('0/2 connected');
  });

  it('elsewhere as its first and last lines, without control characters', () => {
    const written = shown({}, {});
    expect(written).toHaveLength(2);
    expect(written.join('')).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it('to a program as one JSON object a line', () => {
    const events = shown({ isTTY: true }, { json: true }).map(
      (line) => JSON.parse(line) as { event: string },
    );
    expect(events.map(({ event }) => event)).toEqual(['start', 'progress', 'progress', 'summary']);
  });

  it('quietly as its summary', () => {
    expect(shown({ isTTY: true }, { quiet: true })).toHaveLength(1);
    expect(shown({}, { quiet: true, json: true })).toHaveLength(1);
  });
});
