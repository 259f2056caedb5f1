import { fitsGlob } from '../glob.ts';

/** The values of a request's context keys, by lower-case name; several where AWS calls a key multivalued. */
export type Context = (key: string) => string | readonly string[] | undefined;

/** A text of a policy: what stands in it, and the variables (`${aws:PrincipalAccount}`) that a request fills in. */
export type PolicyText = readonly (string | Variable)[];

/** `key` is `name` in lower case, as names of keys are case-insensitive. */
export type Variable = { readonly name: string; readonly key: string; readonly fallback: string | undefined };

/**
 * Splits a text at its variables: `${key}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for the characters themselves
 * (IAM user guide, "IAM policy elements: Variables and tags").
 */
export const policyText = (text: string): PolicyText =>
  text.split(/(\$\{[^}]*\})/).flatMap((part): (string | Variable)[] => {
    const [, inner] = /^\$\{([^}]*)\}$/.exec(part) ?? [];
    if (inner === undefined) return part === '' ? [] : [part];
    if (inner === '$') return ['$'];
    if (inner === '*' || inner === '?') return [literal(inner)];
    const [, name = inner, fallback] = /^(\S+?)\s*,\s*'([^']*)'$/.exec(inner) ?? [];
    return [{ name, key: name.toLowerCase(), fallback }];
  });

/** The keys without which a text has no value: its statement then applies to nothing. */
export const neededBy = (text: PolicyText): readonly string[] =>
  variablesOf(text).flatMap(({ key, fallback }) => (fallback === undefined ? [key] : []));

export const variablesOf = (text: PolicyText): readonly Variable[] =>
  text.filter((part): part is Variable => typeof part !== 'string');

/**
 * The text with its variables filled in, as a pattern for {@link fitsPattern}: wildcards that stand in the policy stay
 * such, those in values are characters. Undefined where a variable has no value.
 */
export const fillIn = (text: PolicyText, context: Context): string | undefined => {
  let filled = '';
  for (const part of text) {
    const value = typeof part === 'string' ? part : valueOf(part, context);
    if (value === undefined) return undefined;
    filled += typeof part === 'string' ? value : literal(value);
  }
  return filled;
};

const valueOf = ({ key, fallback }: Variable, context: Context): string | undefined => {
  const value = context(key);
  return typeof value === 'string' ? value : fallback;
};

/** Stand in for `*` and `?` that are characters; both are of Unicode's private use area. */
const literalStar = '\uE000';
const literalMark = '\uE001';

const literal = (text: string): string => text.replaceAll('*', literalStar).replaceAll('?', literalMark);

/** Whether a request's text fits a pattern that {@link fillIn} made; `fits` compares. */
export const fitsPattern = (pattern: string, text: string, fits = fitsGlob): boolean =>
  fits(pattern, literal(text));

/** Whether a request's text is what {@link fillIn} made, wildcards in the policy being characters like others. */
export const isPattern = (pattern: string, text: string): boolean => literal(pattern) === literal(text);
