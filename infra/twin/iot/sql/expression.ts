import type { Value } from './value.ts';

export type BinaryOperator =
  | 'AND'
  | 'OR'
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%';

/** The syntax tree of an expression. */
export type Expression =
  | { kind: 'literal'; value: Value }
  | { kind: 'array'; items: Expression[] }
  | { kind: 'object'; entries: [string, Expression][] }
  /** The message's attribute of that name. */
  | { kind: 'attribute'; name: string }
  | { kind: 'member'; of: Expression; name: string }
  /** `*` as an argument: the payload's exact bytes. */
  | { kind: 'payload' }
  | { kind: 'call'; name: string; args: Expression[] }
  | { kind: 'cast'; value: Expression; type: string }
  | { kind: 'not' | 'minus'; value: Expression }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: 'case'; subject: Expression; branches: [Expression, Expression][]; otherwise: Expression };

/** One item of a SELECT clause. */
export type SelectItem = { kind: 'everything' } | { kind: 'value'; value: Expression; key: string };

export type Statement = {
  select: { kind: 'items'; items: SelectItem[] } | { kind: 'value'; value: Expression | 'everything' };
  /** Undefined when there is no FROM: such a rule is reached by Basic Ingest only. */
  topicFilter: string | undefined;
  where: Expression | undefined;
};
