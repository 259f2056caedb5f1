import { isObject, objectOf, stringOf } from '../json.ts';
import type { Asked } from './ask.ts';

/** One request as the front understands it. */
export type Call = {
  /** e.g. `PutItem`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The tables it names. */
  readonly tables: readonly string[];
};

/** Undefined for what is no request of DynamoDB: the store says what is wrong with it. */
export const readCall = ({ headers, body }: Asked): Call | undefined => {
  const operation = /^DynamoDB_\d+\.(\w+)$/.exec(headers['x-amz-target']?.toString() ?? '')?.[1];
  const input = operation === undefined ? undefined : parsed(body);
  if (operation === undefined || !isObject(input)) return undefined;
  const table = stringOf(input['TableName']);
  const tables = table === undefined ? Object.keys(objectOf(input['RequestItems'])) : [table];
  return { operation, input, tables };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};
