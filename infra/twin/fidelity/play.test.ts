import { afterEach, describe, expect, it } from 'vitest';
import { checks } from './checks.ts';
import { problemWith } from './consent.ts';
import { differences, play } from './play.ts';
import { twinWorld } from './twinWorld.ts';
import type { World } from './world.ts';

let world: World | undefined;
afterEach(() => world?.close());

const failing = (findings: Awaited<ReturnType<typeof play>>) => findings.filter(({ holds }) => !holds);

describe('on the twin', () => {
  it('every rule that can be seen from outside holds', { timeout: 120_000 }, async () => {
    world = await twinWorld();
    const quick = checks.filter(({ slow }) => slow !== true);
    expect(quick.length).toBeGreaterThanOrEqual(30);
    expect(failing(await play(quick, world))).toEqual([]);
  });

  it('so do those that take minutes or hours', { timeout: 60_000 }, async () => {
    world = await twinWorld({ speed: 2_000 });
    const slow = checks.filter((check) => check.slow);
    expect(slow).toHaveLength(2);
    expect(failing(await play(slow, world))).toEqual([]);
  });
});

it('every rule has a name of its own', () => {
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
});

describe('two runs', () => {
  const finding = (name: string, seen: number) => ({
    name,
    seen,
    source: '',
    expected: 1,
    holds: seen === 1,
  });

  it('differ in what they saw, and in what only one of them looked at', () => {
    const before = [finding('a', 1), finding('b', 1), finding('c', 1)];
    const after = [finding('a', 1), finding('b', 2), finding('d', 1)];
    expect(differences(before, after)).toEqual([
      { name: 'b', before: 1, after: 2 },
      { name: 'c', before: 1, after: undefined },
      { name: 'd', before: undefined, after: 1 },
    ]);
  });
});

it('a check that breaks is a finding, not the end', async () => {
  world = await twinWorld();
  const broken = { name: 'x', source: '', expected: 1, observe: () => Promise.reject(new Error('no')) };
  expect(await play([broken], world)).toMatchObject([{ holds: false, seen: 'error: Error: no' }]);
});

it('an account is not asked without a region, nor without a yes to what it costs', () => {
  expect(problemWith({ region: '', yes: true })).toContain('--region');
  expect(problemWith({ region: 'eu-west-1', yes: false })).toContain('--yes');
  expect(problemWith({ region: 'eu-west-1', yes: true })).toBeUndefined();
});
