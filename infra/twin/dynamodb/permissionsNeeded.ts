import { isObject, objectOf, stringOf } from '../json.ts';
import type { Call } from './call.ts';

/** An action on a table, or on one of its indexes. */
export type Needed = { readonly action: string; readonly table: string; readonly index?: string };

/**
 * What a request needs (Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB"):
 * a batch its own action on each table, a transaction the action of each of its items, a query of an index that index.
 * Nothing for a request without a table, which the store refuses.
 */
export const permissionsNeeded = ({ operation, input, tables }: Call): readonly Needed[] => {
  const items = input['TransactItems'];
  if (Array.isArray(items)) return items.flatMap(neededByItem);
  const index = stringOf(input['IndexName']);
  const ofIndex = index === undefined ? {} : { index };
  return tables.map((table) => ({ action: `dynamodb:${operation}`, table, ...ofIndex }));
};

const actions: Readonly<Record<string, string>> = {
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Delete: 'dynamodb:DeleteItem',
  Get: 'dynamodb:GetItem',
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
};

const neededByItem = (item: unknown): readonly Needed[] =>
  Object.entries(objectOf(item)).flatMap(([kind, request]) => {
    const action = Object.hasOwn(actions, kind) ? actions[kind] : undefined;
    const table = isObject(request) ? stringOf(request['TableName']) : undefined;
    return action === undefined || table === undefined ? [] : [{ action, table }];
  });
