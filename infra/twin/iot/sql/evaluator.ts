import type { Buffer } from 'node:buffer';
import { cast } from './cast.ts';
import type { Expression } from './expression.ts';
import { callFunction, type MessageContext } from './functions.ts';
import { applyOperator, negate, not } from './operators.ts';
import { isEqual, isObject, type Value } from './value.ts';

/** The message as a statement sees it. */
export type Scope = MessageContext & {
  payload: Buffer;
  /** The payload as JSON; Undefined when it is not JSON. */
  document: Value;
};

/** The value of an expression for one message. Total: whatever the message, it never throws. */
export const evaluate = (expression: Expression, scope: Scope): Value => {
  const of = (inner: Expression): Value => evaluate(inner, scope);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'array':
      return expression.items.map(of);
    case 'object':
      return Object.fromEntries(expression.entries.map(([key, value]) => [key, of(value)]));
    case 'attribute':
      return memberOf(scope.document, expression.name);
    case 'member':
      return memberOf(of(expression.of), expression.name);
    case 'payload':
      // Only encode() takes it, and reads the bytes itself.
      return undefined;
    case 'call':
      return call(expression, scope);
    case 'cast':
      return cast(of(expression.value), expression.type);
    case 'not':
      return not(of(expression.value));
    case 'minus':
      return negate(of(expression.value));
    case 'binary':
      return applyOperator(expression.operator, of(expression.left), of(expression.right));
    case 'case':
      return evaluateCase(expression, of);
  }
};

/** An object's own key; `__proto__` and the like are keys as any other. */
const memberOf = (container: Value, name: string): Value =>
  isObject(container) && Object.hasOwn(container, name) ? container[name] : undefined;

const call = ({ name, args }: Extract<Expression, { kind: 'call' }>, scope: Scope): Value => {
  if (args[0]?.kind === 'payload') return scope.payload.toString('base64');
  return callFunction(
    name,
    args.map((arg) => evaluate(arg, scope)),
    scope,
  );
};

/** The first branch that equals the subject; an Undefined subject makes the whole Undefined. */
const evaluateCase = (
  { subject, branches, otherwise }: Extract<Expression, { kind: 'case' }>,
  of: (expression: Expression) => Value,
): Value => {
  const value = of(subject);
  if (value === undefined) return undefined;
  const found = branches.find(([test]) => {
    const candidate = of(test);
    return candidate !== undefined && isEqual(value, candidate);
  });
  return of(found?.[1] ?? otherwise);
};
