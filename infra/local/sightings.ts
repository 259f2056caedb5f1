import type { Sighting, Witness } from '../twin/witness.ts';

/** What passes through the twin, for whoever listens at the time. */
export type Sightings = {
  readonly tell: Witness;
  /** Calls `listener` at each sighting from now on. Returns what stops it. */
  readonly listen: (listener: Witness) => () => void;
};

export const createSightings = (): Sightings => {
  const listeners = new Set<Witness>();
  return {
    tell: (sighting) => listeners.forEach((listener) => listener(sighting)),
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

/** A sighting as a line of NDJSON. A payload may be any bytes, so it is in Base64. */
export const sightingLine = (sighting: Sighting): string =>
  `${JSON.stringify(
    sighting.hop === 'published' ? { ...sighting, payload: sighting.payload.toString('base64') } : sighting,
  )}\n`;
