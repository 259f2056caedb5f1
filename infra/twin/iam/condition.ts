import { isObject } from '../json.ts';
import { fitsArn } from './arnPattern.ts';
import type { KeyKind } from './contextKeys.ts';
import {
  fillIn,
  fitsPattern,
  isPattern,
  policyText,
  variablesOf,
  type Context,
  type PolicyText,
} from './policyText.ts';

/** One line of a Condition element. */
export type Condition = {
  /** In lower case. */
  readonly key: string;
  readonly values: readonly PolicyText[];
  readonly holds: (context: Context) => boolean;
};

type Bad = (what: string) => Error;

/** Whether one value of the request fits one of the policy. */
type Compare = (wanted: string, value: string) => boolean;

const numeric =
  (compare: (value: number, wanted: number) => boolean): Compare =>
  (wanted, value) =>
    compare(Number(value), Number(wanted));

const comparisons: Readonly<Record<string, Compare>> = {
  StringEquals: isPattern,
  StringEqualsIgnoreCase: (wanted, value) => isPattern(wanted.toLowerCase(), value.toLowerCase()),
  StringLike: fitsPattern,
  // "The ArnEquals and ArnLike condition operators behave identically."
  ArnEquals: (wanted, value) => fitsPattern(wanted, value, fitsArn),
  ArnLike: (wanted, value) => fitsPattern(wanted, value, fitsArn),
  Bool: (wanted, value) => wanted.toLowerCase() === value.toLowerCase(),
  NumericEquals: numeric((value, wanted) => value === wanted),
  NumericLessThan: numeric((value, wanted) => value < wanted),
  NumericLessThanEquals: numeric((value, wanted) => value <= wanted),
  NumericGreaterThan: numeric((value, wanted) => value > wanted),
  NumericGreaterThanEquals: numeric((value, wanted) => value >= wanted),
};

const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

type Operator = {
  readonly name: string;
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly ifExists: boolean;
  readonly isNegated: boolean;
  readonly compare: Compare;
};

/**
 * Reads a Condition element; its lines must all hold (IAM user guide, "IAM JSON policy elements: Condition operators").
 * An operator or key that the twin does not know is an error, made by `bad`, that names it: Date…, Binary… and IP
 * operators, for instance.
 */
export const readConditions = (given: unknown, keyKind: KeyKind, bad: Bad): readonly Condition[] => {
  if (!isObject(given)) throw bad('must have a map as Condition');
  return Object.entries(given).flatMap(([operator, lines]) => {
    if (!isObject(lines)) throw bad(`must have a map under the condition ${operator}`);
    return Object.entries(lines).map(([name, wanted]) => {
      const key = name.toLowerCase();
      const kind = keyKind(key);
      if (kind === undefined) throw bad(`has a condition on ${name}, which the twin has no value for`);
      const values = textsOf(wanted, name, bad);
      if (operator === 'Null') return nullCheck(key, values, bad);
      return comparison(readOperator(operator, bad), { key, name, kind }, values, bad);
    });
  });
};

const textsOf = (wanted: unknown, name: string, bad: Bad): readonly string[] => {
  const list: readonly unknown[] = [wanted].flat();
  const texts = list
    .filter((one) => typeof one === 'string' || typeof one === 'boolean' || typeof one === 'number')
    .map(String);
  if (texts.length < list.length || texts.length === 0) throw bad(`must have texts as values of ${name}`);
  return texts;
};

const readOperator = (text: string, bad: Bad): Operator => {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(text) ?? [];
  const isNegated = Object.hasOwn(negations, name);
  const plain = isNegated ? (negations[name] ?? '') : name;
  const compare = Object.hasOwn(comparisons, plain) ? comparisons[plain] : undefined;
  if (compare === undefined) throw bad(`has the condition ${text}, which the twin does not evaluate`);
  return {
    name,
    set: set as Operator['set'], // By the expression above.
    ifExists: ifExists !== undefined,
    isNegated,
    compare,
  };
};

/** Variables are for the string and the ARN operators ("Where you can use policy variables"). */
const mayVary = ({ name }: Operator): boolean => /^(String|Arn)/.test(name);

const comparison = (
  operator: Operator,
  { key, name, kind }: { key: string; name: string; kind: 'one' | 'many' },
  wanted: readonly string[],
  bad: Bad,
): Condition => {
  if (kind === 'many' && operator.set === undefined)
    throw bad(
      `has a condition on ${name}, which needs ForAllValues or ForAnyValue as it may have several values`,
    );
  const values = wanted.map(policyText);
  if (!mayVary(operator) && values.some((text) => variablesOf(text).length > 0))
    throw bad(`has a variable under ${operator.name}, which takes none`);
  const { compare, isNegated, set, ifExists } = operator;
  const fits = (value: string, context: Context): boolean =>
    values.some((text) => {
      const filled = fillIn(text, context);
      return filled !== undefined && compare(filled, value);
    }) !== isNegated;
  const holds = (context: Context): boolean => {
    const found = context(key);
    const all = found === undefined ? [] : [found].flat();
    // ForAnyValue wants a value, also where IfExists asks for none.
    if (all.length === 0 && ifExists) return set !== 'ForAnyValue';
    if (set === 'ForAllValues') return all.every((value) => fits(value, context));
    if (set === 'ForAnyValue') return all.some((value) => fits(value, context));
    return all.length === 0 ? isNegated : all.some((value) => fits(value, context));
  };
  return { key, values, holds };
};

/** `true`: the key is not there; `false`: it is, and has a value. */
const nullCheck = (key: string, wanted: readonly string[], bad: Bad): Condition => {
  if (wanted.some((one) => one !== 'true' && one !== 'false'))
    throw bad('must have true or false under Null');
  return {
    key,
    values: [],
    holds: (context) => {
      const value = context(key);
      const isNull = value === undefined || value.length === 0;
      return wanted.includes(isNull ? 'true' : 'false');
    },
  };
};
