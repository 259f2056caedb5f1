import { seedOf } from './noise.ts';
import type { Fields, FieldValue, Model } from './model.ts';

export type ListedModel = Pick<Model, 'type' | 'prefix' | 'description' | 'fields'> & {
  /** What a device of the model would say, a second apart. */
  readonly readings: readonly (Fields & { readonly ts: number })[];
};

/** A model with `count` readings of its first device, from `ts` (epoch ms) on. */
export const listed = (model: Model, seed: string, ts: number, count: number): ListedModel => {
  const { type, prefix, description, fields } = model;
  const measure = model.device(seedOf(`${seed}/${prefix}-001`));
  const readings = Array.from({ length: count }, (_, n) => ({
    ts: ts + n * 1_000,
    ...measure(ts + n * 1_000),
  }));
  return { type, prefix, description, fields, readings };
};

/** A dash where a reading leaves the field out. */
const shown = (value: FieldValue | undefined = '-'): string =>
  typeof value === 'object' && value !== null ? value.join(' ') : String(value);

/** Rows under each other; only what is short takes part in the width of its column. */
const table = (rows: readonly (readonly string[])[], maxWidth: number): readonly string[] => {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0).filter((length) => length <= maxWidth)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** What a person reads of a model: its fields with units and an example. With several readings, those too. */
export const listingText = ({ type, prefix, description, fields, readings }: ListedModel): string => {
  const [first] = readings;
  const rows = Object.entries(fields).map(([name, info]) => [
    `  ${name}`,
    shown(first?.[name]),
    info.unit ?? '',
    info.description,
  ]);
  const samples = readings.length > 1 ? readings.map((reading) => `  ${JSON.stringify(reading)}`) : [];
  return [`${type} (${prefix}-001): ${description}`, ...table(rows, 24), ...samples, ''].join('\n');
};
