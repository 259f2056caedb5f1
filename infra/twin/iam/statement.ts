import type { Condition } from './condition.ts';
import { fitsGlob } from '../glob.ts';
import { fillIn, fitsPattern, type Context, type PolicyText } from './policyText.ts';
import type { Principal, Principals } from './principals.ts';

/** One statement of a policy, ready to be asked. */
export type Statement = {
  /** Where it stands, for people: `DefaultPolicy, statement 2`. */
  readonly place: string;
  readonly effect: 'Allow' | 'Deny';
  /** In lower case, with wildcards. `isNot`: a NotAction element. */
  readonly actions: { readonly patterns: readonly string[]; readonly isNot: boolean };
  /** Undefined in a trust policy, which is about the role that it stands in. `isNot`: a NotResource element. */
  readonly resources: { readonly patterns: readonly PolicyText[]; readonly isNot: boolean } | undefined;
  readonly conditions: readonly Condition[];
  /** Undefined in an identity-based policy, which is about whom it is attached to. */
  readonly principals: Principals | undefined;
  /** Context keys that its variables must have; without one of them it applies to nothing. */
  readonly needs: readonly string[];
  /** Whether an ARN fits a pattern of `resources`. */
  readonly fits: (pattern: string, arn: string) => boolean;
};

/** What somebody wants to do. */
export type AccessRequest = {
  readonly principal: Principal;
  /** e.g. `dynamodb:Query`. */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  readonly context: Context;
};

/** Whether a statement is about a request, whoever makes it. */
export const applies = (
  statement: Statement,
  request: Pick<AccessRequest, 'action' | 'resource' | 'context'>,
): boolean =>
  statement.needs.every((key) => request.context(key) !== undefined) &&
  isAbout(statement, request) &&
  statement.conditions.every(({ holds }) => holds(request.context));

/** Whether action and resource of a request are among a statement's, whatever its conditions say. */
export const isAbout = (
  statement: Statement,
  { action, resource, context }: Pick<AccessRequest, 'action' | 'resource' | 'context'>,
): boolean => isAboutAction(statement, action) && isAboutResource(statement, resource, context);

const isAboutAction = ({ actions: { patterns, isNot } }: Statement, action: string): boolean => {
  const name = action.toLowerCase();
  return patterns.some((pattern) => fitsGlob(pattern, name)) !== isNot;
};

const isAboutResource = ({ resources, fits }: Statement, resource: string, context: Context): boolean => {
  if (resources === undefined) return true;
  const { patterns, isNot } = resources;
  const isNamed = patterns.some((text) => {
    const pattern = fillIn(text, context);
    return pattern !== undefined && fitsPattern(pattern, resource, fits);
  });
  return isNamed !== isNot;
};
