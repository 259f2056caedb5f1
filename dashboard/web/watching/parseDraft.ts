import { ConditionError, formatCondition, parseCondition } from '../../condition.ts';
import { limits } from '../../../fanout/limits.ts';
import type { Condition } from '../../../fanout/protocol.ts';
import { isMaxRate, type Watch } from '../view/view.ts';

/** What a watch asks for beyond its target, as somebody types it. */
export type Draft = { readonly conditions: readonly string[]; readonly maxRate: string };
export type Wish = Pick<Watch, 'where' | 'maxRate'>;
/** What is wrong, each at its field. */
export type DraftErrors = { readonly conditions: readonly (string | undefined)[]; readonly maxRate?: string };

export const emptyDraft: Draft = { conditions: [], maxRate: '' };

export const draftOf = ({ where = [], maxRate }: Watch): Draft => ({
  conditions: where.map(formatCondition),
  maxRate: maxRate === undefined ? '' : String(maxRate),
});

const { least, most } = limits.maxRate;

/** The condition, or what is wrong with it; nothing was typed where there is neither. */
const read = (text: string): { condition?: Condition; error?: string } => {
  if (text.trim() === '') return {};
  try {
    return { condition: parseCondition(text) };
  } catch (error) {
    if (error instanceof ConditionError) return { error: error.message };
    throw error;
  }
};

/** A comma is a point: half of the world writes it so. */
const rateOf = (text: string): number => Number(text.trim().replace(',', '.'));

/** What somebody typed as a wish, or what is wrong with it. */
export const parseDraft = ({
  conditions,
  maxRate,
}: Draft): { ok: true; wish: Wish } | { ok: false; errors: DraftErrors } => {
  const all = conditions.map(read);
  const isUnlimited = maxRate.trim() === '';
  const isWrongRate = !isUnlimited && !isMaxRate(rateOf(maxRate));
  if (isWrongRate || all.some(({ error }) => error !== undefined))
    return {
      ok: false,
      errors: {
        conditions: all.map(({ error }) => error),
        ...(isWrongRate ? { maxRate: `Give a number from ${least} to ${most}, or nothing.` } : {}),
      },
    };
  const where = all.flatMap(({ condition }) => condition ?? []);
  return {
    ok: true,
    wish: {
      ...(where.length === 0 ? {} : { where }),
      ...(isUnlimited ? {} : { maxRate: rateOf(maxRate) }),
    },
  };
};
