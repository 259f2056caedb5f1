import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { JsonApi } from './jsonApi.ts';

/** An item, or its key, as plain values. */
export type Row = Record<string, unknown>;

type Expressions = {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Row> | undefined;
};

type Write = Expressions & {
  readonly TableName: string;
  readonly ConditionExpression?: string | undefined;
  readonly ReturnValues?: 'ALL_OLD' | 'ALL_NEW' | undefined;
};

export type Update = Write & { readonly Key: Row; readonly UpdateExpression: string };

export type Query = Expressions & {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly KeyConditionExpression: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ConsistentRead?: boolean;
  readonly Limit?: number;
};

export type WriteRequest = { PutRequest: { Item: Row } } | { DeleteRequest: { Key: Row } };

/** What a write has to tell: the row as `ReturnValues` asked for it, if there was or is one. */
export type Written = { readonly Attributes?: Row };

/**
 * The actions of DynamoDB that are used here, with its API reference's names, and plain values where that has typed ones. They
 * reject with an error whose name is DynamoDB's own. Tries again what may pass, so a write may be made twice.
 */
export type Dynamo = {
  readonly get: (input: {
    TableName: string;
    Key: Row;
    ConsistentRead?: boolean;
  }) => Promise<Row | undefined>;
  readonly put: (input: Write & { readonly Item: Row }) => Promise<Written>;
  readonly update: (input: Update) => Promise<Written>;
  readonly delete: (input: Write & { readonly Key: Row }) => Promise<Written>;
  /** Page after page, until there is no more or nobody asks. */
  readonly query: (input: Query) => AsyncIterable<Row[]>;
  /** Reads 100 rows at most, strongly. `left`: the keys that it has not looked up. */
  readonly batchGet: (table: string, keys: readonly Row[]) => Promise<{ rows: Row[]; left: Row[] }>;
  /** Writes 25 rows at most. Resolves to what it has not done. */
  readonly batchWrite: (table: string, requests: readonly WriteRequest[]) => Promise<WriteRequest[]>;
};

type Marshalled = Record<string, AttributeValue>;

/** Of an answer of DynamoDB, what is used here. */
type Answer = {
  readonly Item?: Marshalled;
  readonly Items?: Marshalled[];
  readonly Attributes?: Marshalled;
  readonly LastEvaluatedKey?: Marshalled;
  readonly Responses?: Record<string, Marshalled[]>;
  readonly UnprocessedKeys?: Record<string, { Keys: Marshalled[] }>;
  readonly UnprocessedItems?: Record<string, MarshalledRequest[]>;
};
type MarshalledRequest = { PutRequest?: { Item: Marshalled }; DeleteRequest?: { Key: Marshalled } };

const typed = ({
  Item,
  Key,
  ExpressionAttributeValues,
  ...rest
}: Partial<Record<'Item' | 'Key' | 'ExpressionAttributeValues', Row | undefined>>): object => ({
  ...rest,
  ...(Item && { Item: marshall(Item) }),
  ...(Key && { Key: marshall(Key) }),
  ...(ExpressionAttributeValues && { ExpressionAttributeValues: marshall(ExpressionAttributeValues) }),
});

const typedRequest = (request: WriteRequest): MarshalledRequest =>
  'PutRequest' in request
    ? { PutRequest: { Item: marshall(request.PutRequest.Item) } }
    : { DeleteRequest: { Key: marshall(request.DeleteRequest.Key) } };

const plainRequest = ({ PutRequest, DeleteRequest }: MarshalledRequest): WriteRequest =>
  PutRequest
    ? { PutRequest: { Item: unmarshall(PutRequest.Item) } }
    : { DeleteRequest: { Key: unmarshall(DeleteRequest?.Key ?? {}) } };

const plain = (items: readonly Marshalled[] = []): Row[] => items.map((item) => unmarshall(item));

/** DynamoDB by its JSON API. */
export const dynamo = (api: JsonApi): Dynamo => {
  const ask = async (action: string, input: object): Promise<Answer> => (await api(action, input)) as Answer; // As it is documented.
  const write =
    (action: string) =>
    async (input: object): Promise<Written> => {
      const { Attributes } = await ask(action, typed(input));
      return Attributes === undefined ? {} : { Attributes: unmarshall(Attributes) };
    };

  return {
    get: async (input) => {
      const { Item } = await ask('GetItem', typed(input));
      return Item && unmarshall(Item);
    },
    put: write('PutItem'),
    update: write('UpdateItem'),
    delete: write('DeleteItem'),

    query: async function* (input) {
      const query = typed(input);
      let ExclusiveStartKey: Marshalled | undefined;
      do {
        const page = await ask('Query', { ...query, ...(ExclusiveStartKey && { ExclusiveStartKey }) });
        yield plain(page.Items);
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    },

    batchGet: async (table, keys) => {
      const Keys = keys.map((key) => marshall(key));
      const { Responses, UnprocessedKeys } = await ask('BatchGetItem', {
        RequestItems: { [table]: { Keys, ConsistentRead: true } },
      });
      return { rows: plain(Responses?.[table]), left: plain(UnprocessedKeys?.[table]?.Keys) };
    },

    batchWrite: async (table, requests) => {
      const { UnprocessedItems } = await ask('BatchWriteItem', {
        RequestItems: { [table]: requests.map(typedRequest) },
      });
      return (UnprocessedItems?.[table] ?? []).map(plainRequest);
    },
  };
};
