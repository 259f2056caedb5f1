import type { Buffer } from 'node:buffer';
import { TwinError } from '../twinError.ts';
import { evaluate, type Scope } from './sql/evaluator.ts';
import type { SelectItem, Statement } from './sql/expression.ts';
import { parse } from './sql/parser.ts';
import { parsePayload } from './sql/payload.ts';
import { UnsupportedSql } from './sql/unsupportedSql.ts';
import { isObject, type Value } from './sql/value.ts';
import { isValidTopicFilter } from './topicFilter.ts';

/** A message as the rules engine receives it. `timestamp` in epoch milliseconds. */
export type RuleMessage = { topic: string; payload: Buffer; clientId: string; timestamp: number };

export type RuleResult =
  /** The WHERE clause did not come to true: no action. */
  | { kind: 'skip' }
  /** The actions get this JSON value. */
  | { kind: 'json'; value: unknown }
  /** `SELECT *` of a payload that is not JSON: the actions get its exact bytes. Lambda refuses them. */
  | { kind: 'bytes'; value: Buffer }
  /** The statement cannot work on this payload, e.g. `SELECT *, 1 AS a` on bytes: no action, to be reported. */
  | { kind: 'failed'; reason: string };

export type CompiledRule = {
  /** Undefined for a rule without FROM, which only Basic Ingest reaches. */
  topicFilter: string | undefined;
  /** Total: no payload makes it throw. */
  evaluate: (message: RuleMessage) => RuleResult;
};

/**
 * Compiles a rule's SQL, version 2016-03-23 (AWS IoT developer guide, "AWS IoT SQL reference"). Throws TwinError
 * `unsupported_sql` that names the rule and the token or function the twin does not know.
 */
export const compileRule = (sql: string, ruleName = 'without a name'): CompiledRule => {
  const statement = parseFor(sql, ruleName);
  const { topicFilter, where } = statement;
  if (topicFilter !== undefined && !isValidTopicFilter(topicFilter))
    throw unsupportedBy(ruleName, `FROM '${topicFilter}' is not a valid topic filter.`);
  return {
    topicFilter,
    evaluate: (message) => {
      const scope = { ...message, document: parsePayload(message.payload) };
      if (where !== undefined && evaluate(where, scope) !== true) return { kind: 'skip' };
      return select(statement.select, scope);
    },
  };
};

const parseFor = (sql: string, ruleName: string): Statement => {
  try {
    return parse(sql);
  } catch (error) {
    throw error instanceof UnsupportedSql ? unsupportedBy(ruleName, error.message) : error;
  }
};

const unsupportedBy = (ruleName: string, problem: string): TwinError =>
  new TwinError('unsupported_sql', `The SQL of rule ${ruleName} cannot run: ${problem}`);

const select = (clause: Statement['select'], scope: Scope): RuleResult => {
  if (clause.kind === 'items') return selectItems(clause.items, scope);
  if (clause.value === 'everything') return everything(scope);
  // Undefined alone is written as an empty string (developer guide, "Data types").
  return { kind: 'json', value: evaluate(clause.value, scope) ?? '' };
};

const everything = ({ document, payload }: Scope): RuleResult =>
  document === undefined ? { kind: 'bytes', value: payload } : { kind: 'json', value: document };

/** Later items replace earlier ones of the same key; Undefined ones are left out. */
const selectItems = (items: readonly SelectItem[], scope: Scope): RuleResult => {
  const [first] = items;
  if (items.length === 1 && first?.kind === 'everything') return everything(scope);
  if (!isObject(scope.document) && items.some(({ kind }) => kind === 'everything'))
    return { kind: 'failed', reason: '* beside other columns needs a payload that is a JSON object' };
  const entries = items.flatMap((item): [string, Value][] =>
    item.kind === 'everything' ? entriesOf(scope.document) : [[item.key, evaluate(item.value, scope)]],
  );
  return { kind: 'json', value: Object.fromEntries(entries.filter(([, value]) => value !== undefined)) };
};

const entriesOf = (value: Value): [string, Value][] => (isObject(value) ? Object.entries(value) : []);
