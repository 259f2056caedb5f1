/** An object of JSON: every key a string, every value unknown. Arrays are none. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `value` as an object, or an empty one. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** A text that is not empty, or undefined. */
export const stringOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** CloudFormation accepts `"true"` for `true`. */
export const isTrue = (value: unknown): boolean => value === true || value === 'true';

/** The member of an object or list, nothing inherited; undefined when there is none. */
export const own = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? // A cast, since TypeScript does not narrow by Object.hasOwn.
      (value as Record<string, unknown>)[key]
    : undefined;
