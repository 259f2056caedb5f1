import { fitsGlob } from '../glob.ts';
import { fillIn, type PolicyVariables } from './policyVariables.ts';

/** One test of a statement: `operator` on the value of a variable, which is to fit one of `values`. */
export type Condition = {
  readonly operator: Operator;
  readonly variable: string;
  readonly values: readonly string[];
};

const operators = {
  Bool: (value: string, wanted: string) => value === wanted.toLowerCase(),
  StringEquals: (value: string, wanted: string) => value === wanted,
  StringLike: (value: string, wanted: string) => fitsGlob(wanted, value),
} as const;

/** The operators of IAM that the twin evaluates; `StringNotEquals` and `StringNotLike` besides. */
export type Operator = keyof typeof operators | 'StringNotEquals' | 'StringNotLike';

export const isOperator = (text: string): text is Operator =>
  Object.hasOwn(operators, text) || text === 'StringNotEquals' || text === 'StringNotLike';

/**
 * Whether a condition holds. What has no value fits no value, so that only the negated operators hold for it (IAM user
 * guide, "Condition operators").
 */
export const holds = ({ operator, variable, values }: Condition, variables: PolicyVariables): boolean => {
  const isNegated = operator === 'StringNotEquals' || operator === 'StringNotLike';
  const plain = isNegated ? (operator === 'StringNotEquals' ? 'StringEquals' : 'StringLike') : operator;
  const value = variables[variable];
  const fits = values.some((pattern) => {
    const wanted = fillIn(pattern, variables);
    return value !== undefined && wanted !== undefined && operators[plain](value, wanted);
  });
  return fits !== isNegated;
};
