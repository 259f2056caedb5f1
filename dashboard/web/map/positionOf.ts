import { latitudes, longitudes, nests } from './placeFields.ts';

/** Where something is, in degrees (WGS 84). */
export type Position = { readonly lat: number; readonly lon: number };

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The first of these fields that is a number of at most so many degrees. */
const degreesIn = (fields: Fields, names: readonly string[], most: number): number | undefined => {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'number' && Math.abs(value) <= most) return value; // NaN is not.
  }
  return undefined;
};

const positionIn = (fields: Fields): Position | undefined => {
  const lat = degreesIn(fields, latitudes, 90);
  const lon = degreesIn(fields, longitudes, 180);
  return lat === undefined || lon === undefined ? undefined : { lat, lon };
};

/** Where a device says that it is, in the data of a reading; undefined where it does not, or cannot be. */
export const positionOf = (data: Fields): Position | undefined => {
  const own = positionIn(data);
  if (own !== undefined) return own;
  for (const nest of nests) {
    const fields = data[nest];
    const nested = isFields(fields) ? positionIn(fields) : undefined;
    if (nested !== undefined) return nested;
  }
  return undefined;
};
