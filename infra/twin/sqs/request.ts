import { objectOf, stringOf } from '../json.ts';
import type { MessageAttribute, MessageAttributes } from './message.ts';
import { batchError, invalidParameter, missingParameter } from './sqsError.ts';

/** The members of a request or of one entry of a batch, not yet checked. */
export type Input = Readonly<Record<string, unknown>>;

export const requiredText = (input: Input, name: string): string => {
  const value = stringOf(input[name]);
  if (value === undefined) throw missingParameter(name);
  return value;
};

/** A whole number in `min`..`max`, or undefined when it is absent. Throws InvalidParameterValue. */
export const integer = (input: Input, name: string, min: number, max: number): number | undefined => {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalidParameter(
    `Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}.`,
  );
};

export const textList = (input: Input, name: string): string[] => {
  const value = input[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
};

/** The `MessageAttributes` member. Throws InvalidParameterValue for one without type or value. */
export const messageAttributes = (input: Input): MessageAttributes =>
  Object.fromEntries(
    Object.entries(objectOf(input['MessageAttributes'])).map(([name, value]) => [
      name,
      attribute(name, objectOf(value)),
    ]),
  );

const attribute = (name: string, { DataType, StringValue, BinaryValue }: Input): MessageAttribute => {
  const type = stringOf(DataType);
  const text = stringOf(StringValue);
  const binary = stringOf(BinaryValue);
  if (type === undefined || !/^(String|Number|Binary)(\..+)?$/.test(type)) {
    throw invalidParameter(`The type of message (user) attribute '${name}' is invalid.`);
  }
  if (type.startsWith('Binary') && binary !== undefined) return { DataType: type, BinaryValue: binary };
  if (!type.startsWith('Binary') && text !== undefined) return { DataType: type, StringValue: text };
  throw invalidParameter(
    `The message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`,
  );
};

/** Largest batch (SQS quotas). */
const maxEntries = 10;

/** The entries of a batch. Throws the SqsError for a batch that is refused as a whole. */
export const batchEntries = (input: Input): { id: string; entry: Input }[] => {
  const given = Array.isArray(input['Entries']) ? input['Entries'] : [];
  const entries = given.map((entry) => ({ id: requiredText(objectOf(entry), 'Id'), entry: objectOf(entry) }));
  if (entries.length === 0) {
    throw batchError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > maxEntries) {
    throw batchError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${maxEntries}. You have sent ${entries.length}.`,
    );
  }
  if (entries.some(({ id }) => !/^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    throw batchError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const repeated = entries.find(({ id }, n) => entries.findIndex((other) => other.id === id) !== n);
  if (repeated !== undefined) throw batchError('BatchEntryIdsNotDistinct', `Id ${repeated.id} repeated.`);
  return entries;
};
