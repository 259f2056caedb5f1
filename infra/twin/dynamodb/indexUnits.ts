import { isDeepStrictEqual } from 'node:util';
import type { GlobalSecondaryIndex, LocalSecondaryIndex } from '@aws-sdk/client-dynamodb';
import { stepsOf } from '../meter.ts';
import { itemSize, type Item } from './itemSize.ts';
import type { TableDefinition } from './tableDefinition.ts';

/** What decides about the write units of a table and its indexes. */
export type MeteredTable = { readonly keys: readonly string[]; readonly indexes: readonly Index[] };
type Index = {
  readonly keys: readonly string[];
  /** Further attributes that it copies; undefined: all. */
  readonly projected: readonly string[] | undefined;
};

export const meteredTable = ({ create }: TableDefinition): MeteredTable => {
  const indexes = [...(create.GlobalSecondaryIndexes ?? []), ...(create.LocalSecondaryIndexes ?? [])];
  return { keys: namesOf(create.KeySchema), indexes: indexes.map(indexOf) };
};

const namesOf = (keys: GlobalSecondaryIndex['KeySchema']): string[] =>
  (keys ?? []).flatMap(({ AttributeName }) => AttributeName ?? []);

const indexOf = ({ KeySchema, Projection }: GlobalSecondaryIndex | LocalSecondaryIndex): Index => ({
  keys: namesOf(KeySchema),
  projected: Projection?.ProjectionType === 'ALL' ? undefined : (Projection?.NonKeyAttributes ?? []),
});

/**
 * The write units of a table's indexes when an item changes from `before` to `after` (undefined: there is none): one
 * write to enter, change or remove an entry, two where its key changes, none where the entry stays as it is (DynamoDB
 * guide, "Global secondary indexes", write capacity units; the same for local ones).
 */
export const indexUnits = (
  { keys, indexes }: MeteredTable,
  before: Item | undefined,
  after: Item | undefined,
): number =>
  indexes.reduce(
    (sum, index) => sum + unitsOf(index, entryOf(keys, index, before), entryOf(keys, index, after)),
    0,
  );

/** Whether an `UpdateItem` in these words may change an entry of an index: it names an attribute of one. */
export const touchesIndex = ({ indexes }: MeteredTable, words: string): boolean =>
  indexes.some(({ keys, projected }) =>
    projected === undefined ? true : [...keys, ...projected].some((name) => words.includes(name)),
  );

const unitsOf = ({ keys }: Index, before: Item | undefined, after: Item | undefined): number => {
  if (before === undefined || after === undefined) return writeUnits(before) + writeUnits(after);
  if (keys.some((key) => !isDeepStrictEqual(before[key], after[key])))
    return writeUnits(before) + writeUnits(after);
  return isDeepStrictEqual(before, after) ? 0 : Math.max(writeUnits(before), writeUnits(after));
};

/** 1 KB each (read/write capacity mode, "Write request units"). */
const writeUnits = (entry: Item | undefined): number =>
  entry === undefined ? 0 : stepsOf(itemSize(entry), 1024);

/** What the index keeps of the item; undefined where the item lacks a key of it. */
const entryOf = (
  tableKeys: readonly string[],
  { keys, projected }: Index,
  item: Item | undefined,
): Item | undefined => {
  if (item === undefined || keys.some((key) => item[key] === undefined)) return undefined;
  if (projected === undefined) return item;
  const kept = new Set([...tableKeys, ...keys, ...projected]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)));
};
