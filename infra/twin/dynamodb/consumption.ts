import { objectOf } from '../json.ts';
import { stepsOf, type Meter } from '../meter.ts';
import type { Answer, Ask, Asked } from './ask.ts';
import type { Call } from './call.ts';
import { indexUnits, touchesIndex, type MeteredTable } from './indexUnits.ts';
import { itemSize, type Item } from './itemSize.ts';
import { writesOf, type Write } from './writes.ts';

export type ConsumptionOptions = {
  meter: Pick<Meter, 'add'>;
  /** By name. */
  tables: ReadonlyMap<string, MeteredTable>;
  ask: Ask;
};

const reads = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);
const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);

/**
 * Asks the store a request and meters what it consumes, by AWS's rules (DynamoDB guide, "Read and write request units").
 * dynalite counts most of it; added are what it leaves out: a write whose condition failed consumes the size of the item
 * that is there; a query that reads nothing consumes the least unit; indexes consume writes of their own. Limits: dynalite
 * takes a character for a byte, and items written at once by several clients may be seen before or after one another.
 */
export const meteredAsk =
  ({ meter, tables, ask }: ConsumptionOptions) =>
  async (asked: Asked, call: Call): Promise<Answer> => {
    if (reads.has(call.operation)) return meterRead(meter, call, await ask(counting(asked, call)));
    if (!writes.has(call.operation)) return ask(asked);
    const changes = await changesOf(ask, asked, call, tables);
    const answer = await ask(counting(asked, call));
    if (answer.status === 200) {
      for (const { TableName, CapacityUnits } of consumedIn(answer))
        meter.add('dynamodb.write-units', TableName, CapacityUnits);
      await meterIndexes(meter, ask, asked, changes);
    } else if (answer.text.includes('#ConditionalCheckFailedException')) {
      await meterFailed(meter, ask, asked, call, tables);
    }
    return answer;
  };

/** The request with `ReturnConsumedCapacity`, unless it has that. At the end, where it counts over an earlier `NONE`. */
const counting = (asked: Asked, { input }: Call): Asked => {
  const told = input['ReturnConsumedCapacity'] ?? 'NONE';
  if (told !== 'NONE' || Object.keys(input).length === 0) return asked;
  const { body } = asked;
  return { ...asked, body: `${body.slice(0, body.lastIndexOf('}'))},"ReturnConsumedCapacity":"TOTAL"}` };
};

type Consumed = { readonly TableName: string; readonly CapacityUnits: number };

const consumedField = '"ConsumedCapacity":';

/** dynalite writes it last, so that the rest, perhaps a megabyte, need not be parsed. */
const consumedIn = ({ text }: Answer): Consumed[] => {
  const at = text.lastIndexOf(consumedField);
  if (at < 0) return [];
  // A cast: this is dynalite's own.
  const consumed = JSON.parse(text.slice(at + consumedField.length, -1)) as Consumed | Consumed[];
  return Array.isArray(consumed) ? consumed : [consumed];
};

const meterRead = (meter: Pick<Meter, 'add'>, { operation, input }: Call, answer: Answer): Answer => {
  if (answer.status !== 200) return answer;
  const least =
    operation === 'Query' || operation === 'Scan' ? (input['ConsistentRead'] === true ? 1 : 0.5) : 0;
  for (const { TableName, CapacityUnits } of consumedIn(answer))
    meter.add('dynamodb.read-units', TableName, Math.max(least, CapacityUnits));
  return answer;
};

type Change = Write & { readonly before: Item | undefined };

/** The writes that may change an index, each with the item as it is before. */
const changesOf = (
  ask: Ask,
  asked: Asked,
  call: Call,
  tables: ReadonlyMap<string, MeteredTable>,
): Promise<Change[]> => {
  if (!call.tables.some((name) => (tables.get(name)?.indexes.length ?? 0) > 0)) return Promise.resolve([]);
  const touching = writesOf(call, tables).filter(
    ({ table, after, words }) =>
      table.indexes.length > 0 && (after !== 'to be seen' || touchesIndex(table, words)),
  );
  return Promise.all(touching.map(async (write) => ({ ...write, before: await itemOf(ask, asked, write) })));
};

const meterIndexes = async (
  meter: Pick<Meter, 'add'>,
  ask: Ask,
  asked: Asked,
  changes: readonly Change[],
): Promise<void> => {
  for (const change of changes) {
    const after = change.after === 'to be seen' ? await itemOf(ask, asked, change) : change.after;
    const units = indexUnits(change.table, change.before, after);
    if (units > 0) meter.add('dynamodb.write-units', change.name, units);
  }
};

/** The size of the item that is there, at least 1 (DynamoDB guide, "Conditional writes"). */
const meterFailed = async (
  meter: Pick<Meter, 'add'>,
  ask: Ask,
  asked: Asked,
  call: Call,
  tables: ReadonlyMap<string, MeteredTable>,
): Promise<void> => {
  const [write] = writesOf(call, tables);
  const item = write === undefined ? undefined : await itemOf(ask, asked, write);
  const units = item === undefined ? 1 : stepsOf(itemSize(item), 1024);
  meter.add('dynamodb.write-units', call.tables[0] ?? '', units);
};

const itemOf = async (ask: Ask, asked: Asked, { name, key }: Write): Promise<Item | undefined> => {
  const headers = { ...asked.headers, 'x-amz-target': 'DynamoDB_20120810.GetItem' };
  const body = JSON.stringify({ TableName: name, Key: key, ConsistentRead: true });
  const { text } = await ask({ ...asked, headers, body });
  // A cast: the store's own answer. A key that it refuses brings an answer without an item.
  return objectOf(JSON.parse(text))['Item'] as Item | undefined;
};
