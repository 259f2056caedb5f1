import { toBoolean, toDecimal, toText, type Value } from './value.ts';

type Target = 'text' | 'int' | 'decimal' | 'boolean';

/** The type names after AS in `cast(value AS type)` (AWS IoT developer guide, "Functions", cast). */
const targets = new Map<string, Target>([
  ...['string', 'nvarchar', 'text', 'ntext', 'varchar'].map((name) => [name, 'text'] as const),
  ...['int', 'integer'].map((name) => [name, 'int'] as const),
  ...['double', 'decimal'].map((name) => [name, 'decimal'] as const),
  ...['bool', 'boolean'].map((name) => [name, 'boolean'] as const),
]);

export const isCastType = (name: string): boolean => targets.has(name.toLowerCase());

/** Converts as the standard conversions do, and numbers to and from booleans besides. `type` in lower case. */
export const cast = (value: Value, type: string): Value => {
  switch (targets.get(type)) {
    case 'text':
      return toText(value);
    case 'boolean':
      return typeof value === 'number' ? value !== 0 : toBoolean(value);
    case 'decimal':
      return toNumber(value);
    case 'int': {
      const number = toNumber(value);
      return number === undefined ? undefined : Math.floor(number);
    }
    case undefined:
      return undefined;
  }
};

const toNumber = (value: Value): number | undefined =>
  typeof value === 'boolean' ? Number(value) : toDecimal(value);
