import { isObject, objectOf, stringOf } from '../json.ts';
import type { Call } from './call.ts';
import type { MeteredTable } from './indexUnits.ts';
import type { Item } from './itemSize.ts';

/** One item that a request writes. */
export type Write = {
  readonly name: string;
  readonly table: MeteredTable;
  readonly key: Item;
  /** What it is then; undefined: deleted. */
  readonly after: Item | undefined | 'to be seen';
  /** Where an update names the attributes that it changes. */
  readonly words: string;
};

/** The items that a request writes, as far as they are of these tables. Call it for requests the store took: it checks nothing. */
export const writesOf = ({ operation, input }: Call, tables: ReadonlyMap<string, MeteredTable>): Write[] => {
  const writes = (name: string, request: Readonly<Record<string, unknown>>): Write[] => {
    const table = tables.get(name);
    return table === undefined ? [] : [writeOf(name, table, request)];
  };
  if (operation !== 'BatchWriteItem') return writes(stringOf(input['TableName']) ?? '', input);
  return Object.entries(objectOf(input['RequestItems'])).flatMap(([name, requests]) =>
    (Array.isArray(requests) ? requests : []).flatMap((request: unknown) => {
      const { PutRequest, DeleteRequest } = objectOf(request);
      return writes(name, isObject(PutRequest) ? PutRequest : objectOf(DeleteRequest));
    }),
  );
};

/** What these requests have in common: of `Item` and `Key` there is one. The store has seen to what they are. */
type Request = {
  readonly Item?: Item;
  readonly Key?: Item;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: unknown;
  readonly AttributeUpdates?: unknown;
};

const writeOf = (name: string, table: MeteredTable, request: Request): Write => {
  const { Item, Key = {}, UpdateExpression, ExpressionAttributeNames, AttributeUpdates } = request;
  if (Item !== undefined) return { name, table, key: keyOf(table, Item), after: Item, words: '' };
  const updates = UpdateExpression ?? AttributeUpdates;
  if (updates === undefined) return { name, table, key: Key, after: undefined, words: '' };
  const words = JSON.stringify([UpdateExpression, ExpressionAttributeNames, AttributeUpdates]);
  return { name, table, key: Key, after: 'to be seen', words };
};

const keyOf = ({ keys }: MeteredTable, item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => keys.includes(name)));
