import { isDeepStrictEqual } from 'node:util';
import type { Check, Observation } from './check.ts';
import type { World } from './world.ts';

/** What one check came to. */
export type Finding = {
  readonly name: string;
  readonly source: string;
  readonly expected: Observation;
  /** What was seen; an error of the check itself is told as `error: …`. */
  readonly seen: Observation;
  readonly holds: boolean;
};

const playOne = async (check: Check, world: World): Promise<Finding> => {
  const { name, source, expected } = check;
  const seen = await check.observe(world).catch((error: unknown): Observation => `error: ${String(error)}`);
  return { name, source, expected, seen, holds: isDeepStrictEqual(seen, expected) };
};

/** Plays checks against a world, one after the other, as some of them would disturb each other. */
export const play = async (
  checks: readonly Check[],
  world: World,
  tell: (finding: Finding) => void = () => undefined,
): Promise<Finding[]> => {
  const findings: Finding[] = [];
  for (const check of checks) {
    const finding = await playOne(check, world);
    findings.push(finding);
    tell(finding);
  }
  return findings;
};

/** The checks that two runs saw differently, or that only one of them made. */
export const differences = (
  before: readonly Finding[],
  after: readonly Finding[],
): { name: string; before: Observation | undefined; after: Observation | undefined }[] => {
  const seenBy = (findings: readonly Finding[]) => new Map(findings.map(({ name, seen }) => [name, seen]));
  const [first, second] = [seenBy(before), seenBy(after)];
  return [...new Set([...first.keys(), ...second.keys()])]
    .map((name) => ({ name, before: first.get(name), after: second.get(name) }))
    .filter((pair) => !isDeepStrictEqual(pair.before, pair.after));
};
