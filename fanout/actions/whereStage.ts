import type { HeldSubscription } from '../ports.ts';
import type { Condition, FrameOf } from '../protocol.ts';
import type { JsonValue, Reading } from '../reading.ts';
import { matches } from '../where.ts';
import { listed, quoted } from './sentences.ts';

const valueOf = (value: JsonValue): string => quoted(JSON.stringify(value));

const conditionOf = ({ field, op, value }: Condition): string => {
  const name = quoted(field);
  if (op === 'exists') return value === false ? `no ${name}` : `a ${name}`;
  if (op === 'changedBy') return `${name} changed by ${value} or more`;
  return `${name} ${op} ${valueOf(value)}`;
};

const wantsOf = ({ id, where }: HeldSubscription): string =>
  where === undefined ? `${id} takes every reading` : `${id} wants ${listed(where.map(conditionOf))}`;

/** What the reading has in the fields that were asked for and do not fit. */
const hasOf = ({ data }: Reading, asking: readonly HeldSubscription[]): string => {
  const unmet = asking.flatMap(({ where = [] }) => where.filter((one) => !matches([one], data)));
  const fields = [...new Set(unmet.map(({ field }) => field))];
  return listed(
    fields.map((field) => {
      const value = Object.hasOwn(data, field) ? data[field] : undefined;
      return value === undefined ? `no ${quoted(field)}` : `${quoted(field)} ${valueOf(value)}`;
    }),
  );
};

/** Whether the newest reading is one that was asked for. `changedBy` needs no more than a number: see the pace. */
export const whereStage = (
  latest: Reading,
  asking: readonly HeldSubscription[],
): FrameOf<'explain'>['stages'][number] => {
  const matching = asking.filter(({ where }) => matches(where, latest.data));
  const ok = matching.length > 0;
  return {
    stage: 'where',
    ok,
    detail: ok
      ? `The newest reading is one you asked for: ${listed(matching.map(wantsOf))}.`
      : `The newest reading is none you asked for: ${listed(asking.map(wantsOf))}; it has ${hasOf(latest, asking)}.`,
  };
};
