/** The fields by which devices say where they are. */
export const latitudes: readonly string[] = ['lat', 'latitude'];
export const longitudes: readonly string[] = ['lon', 'lng', 'longitude'];
/** Objects in a reading that may hold them instead. */
export const nests: readonly string[] = ['location', 'position'];

const all = new Set([...latitudes, ...longitudes, ...nests]);

export const isPlaceField = (field: string): boolean => all.has(field);
