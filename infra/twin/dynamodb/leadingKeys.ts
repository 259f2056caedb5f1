import { objectOf, stringOf, type JsonObject } from '../json.ts';
import type { Call } from './call.ts';
import type { TableKeys } from './tableKeys.ts';

/**
 * The partition keys that a request names in one table, as `dynamodb:LeadingKeys` has them (DynamoDB guide, "Using IAM
 * policy conditions for fine-grained access control"). Undefined where it names none, as a Scan does.
 */
export const leadingKeys = (
  { operation, input }: Call,
  table: string,
  { partition, ofIndex }: TableKeys,
): readonly string[] | undefined => {
  if (operation === 'Query')
    return queried(input, ofIndex.get(stringOf(input['IndexName']) ?? '') ?? partition);
  const found = itemsIn(input, table).flatMap((item) => valueIn(item[partition]) ?? []);
  return found.length === 0 ? undefined : [...new Set(found)];
};

/** The keys and items of a request, wherever its operation has them. */
const itemsIn = (input: JsonObject, table: string): readonly JsonObject[] => {
  const requests = objectOf(input['RequestItems'])[table];
  const puts = Array.isArray(requests) ? requests.map(objectOf) : [];
  const gets = objectOf(requests)['Keys'];
  const written = puts.map(({ PutRequest, DeleteRequest }) => ({
    ...objectOf(PutRequest),
    ...objectOf(DeleteRequest),
  }));
  return [input, ...written, ...(Array.isArray(gets) ? gets.map((Key: unknown) => ({ Key })) : [])].map(
    (one: JsonObject) => objectOf(one['Item'] ?? one['Key']),
  );
};

/** Of a typed value, such as `{"S":"a"}`. */
const valueIn = (value: unknown): string | undefined => {
  const [text] = Object.values(objectOf(value));
  return stringOf(text);
};

/** A key condition compares the partition key by `=`, and once. */
const queried = (input: JsonObject, key: string): readonly string[] | undefined => {
  const names = objectOf(input['ExpressionAttributeNames']);
  const conditions = (stringOf(input['KeyConditionExpression']) ?? '').matchAll(/(#?[\w.-]+)\s*=\s*(:\w+)/g);
  for (const [, name = '', value = ''] of conditions) {
    if ((names[name] ?? name) !== key) continue;
    const found = valueIn(objectOf(input['ExpressionAttributeValues'])[value]);
    return found === undefined ? undefined : [found];
  }
  const [old]: readonly unknown[] = [
    objectOf(objectOf(input['KeyConditions'])[key])['AttributeValueList'],
  ].flat();
  const found = valueIn(old);
  return found === undefined ? undefined : [found];
};
