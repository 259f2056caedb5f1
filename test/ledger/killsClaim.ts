import { boundOf } from './claim.ts';
import type { KillsResult } from './kills.ts';
import { grouped, percent } from './report.ts';

/** Less, and the kills hit a broker that had nothing to lose. */
const leastPerKill = 250;

/** Why it is not shown that nothing acknowledged is lost; nothing if it is. */
export const killShortfallsOf = (
  { kills, acknowledged, lost, barren }: KillsResult,
  asked: number,
): string[] => [
  ...(lost > 0 ? [`${grouped(lost)} of ${grouped(acknowledged)} acknowledged are lost`] : []),
  ...(kills < asked ? [`${kills} kills of ${asked}`] : []),
  ...(acknowledged < leastPerKill * asked
    ? [`${grouped(acknowledged)} acknowledged of at least ${grouped(leastPerKill * asked)}`]
    : []),
  ...(barren > 0 ? [`${barren} lives ended before anything was acknowledged`] : []),
];

/** What was found, for people. */
export const killsReportOf = (result: KillsResult, shortfalls: readonly string[]): string => {
  const { way, kills, acknowledged, lost, duplicates } = result;
  const bound = lost === 0 ? `: less than ${percent(boundOf(acknowledged))} at 95 %` : '';
  return [
    `${kills} kills of the broker, rule → ${way}: ${grouped(lost)} of ${grouped(acknowledged)} acknowledged lost${bound}; ` +
      `${grouped(duplicates)} read more than once`,
    ...(shortfalls.length === 0
      ? ['The claim holds.']
      : shortfalls.map((why) => `The claim does not hold: ${why}.`)),
  ].join('\n');
};
