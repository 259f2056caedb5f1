import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../json.ts';
import { TwinError } from '../twinError.ts';
import { misused, unknownIntrinsic } from './intrinsicError.ts';
import type { Template } from './template.ts';

/** Whether the condition of this name holds; `path` is where that is asked. */
export type Holds = (name: unknown, path: string) => boolean;

/**
 * The conditions of a template (CloudFormation user guide, "Condition functions"). `resolve` gives the values that
 * they compare. Throws a {@link TwinError} for a condition that is not there, depends on itself or is none.
 */
export const readConditions = (
  conditions: Template['Conditions'] = {},
  resolve: (value: unknown, path: string) => unknown,
): Holds => {
  const known = new Map<string, boolean | 'under way'>();

  const holds: Holds = (name, path) => {
    if (typeof name !== 'string' || !Object.hasOwn(conditions, name))
      throw new TwinError(
        'unknown_condition',
        `${path} names the condition "${String(name)}", which the template does not have.`,
      );
    const found = known.get(name);
    if (found === 'under way')
      throw new TwinError('circular_reference', `The condition "${name}" depends on itself (at ${path}).`);
    if (found !== undefined) return found;
    known.set(name, 'under way');
    const result = evaluate(conditions[name], `Conditions.${name}`);
    known.set(name, result);
    return result;
  };

  const operators: Record<string, (operands: unknown[], path: string) => boolean> = {
    'Fn::And': (operands, path) => operands.every((operand) => evaluate(operand, path)),
    'Fn::Or': (operands, path) => operands.some((operand) => evaluate(operand, path)),
    'Fn::Not': ([operand], path) => !evaluate(operand, path),
    'Fn::Equals': ([left, right], path) =>
      isDeepStrictEqual(comparable(resolve(left, path)), comparable(resolve(right, path))),
  };

  const evaluate = (expression: unknown, path: string): boolean => {
    const [entry, ...rest] = Object.entries(isObject(expression) ? expression : {});
    if (entry === undefined || rest.length > 0) throw misused('A condition', path);
    const [name, argument] = entry;
    if (name === 'Condition') return holds(argument, path);
    const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
    if (operator === undefined) throw unknownIntrinsic(name, path);
    if (!Array.isArray(argument)) throw misused(name, path);
    return operator(argument, path);
  };

  return holds;
};

/** A parameter is a text in CloudFormation, whatever a template writes beside it. */
const comparable = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
