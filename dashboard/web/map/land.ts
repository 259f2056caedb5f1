import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import coarseUrl from 'world-atlas/land-110m.json?url';
import fineUrl from 'world-atlas/land-50m.json?url';
import { pointOf } from './projection.ts';

/** A piece of land, in a world of 0 to 1. */
export type Land = {
  readonly fill: Path2D;
  /** Without the cuts at 180°, which are no coast. */
  readonly coast: Path2D;
};

export type Detail = 'coarse' | 'fine';
const urls: Readonly<Record<Detail, string>> = { coarse: coarseUrl, fine: fineUrl };

type Ring = readonly (readonly number[])[];

const isCut = (a: readonly number[], b: readonly number[]): boolean =>
  (Math.abs(a[0] ?? 0) > 179.99 && Math.abs(b[0] ?? 0) > 179.99) || ((a[1] ?? 0) < -85 && (b[1] ?? 0) < -85);

const draw = ({ fill, coast }: Land, ring: Ring): void => {
  ring.forEach((corner, n) => {
    const { x, y } = pointOf({ lon: corner[0] ?? 0, lat: corner[1] ?? 0 });
    const before = ring[n - 1];
    if (before === undefined) fill.moveTo(x, y);
    else fill.lineTo(x, y);
    if (before === undefined || isCut(before, corner)) coast.moveTo(x, y);
    else coast.lineTo(x, y);
  });
  fill.closePath();
};

const ringsOf = (topology: Topology<{ land: GeometryCollection }>): Ring[] =>
  feature(topology, topology.objects.land).features.flatMap(({ geometry }) => {
    if (geometry.type === 'Polygon') return geometry.coordinates;
    return geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : [];
  });

/**
 * The world's land, from this page's own server: 110m for the whole world, 50m for parts of it.
 *
 * @throws if it cannot be fetched.
 */
export const loadLand = async (detail: Detail): Promise<Land> => {
  const answer = await fetch(urls[detail]);
  if (!answer.ok) throw new Error(`${urls[detail]}: ${answer.status}`);
  // It is a file of world-atlas, whose README says what is in it.
  const topology = (await answer.json()) as Topology<{ land: GeometryCollection }>;
  const land = { fill: new Path2D(), coast: new Path2D() };
  for (const ring of ringsOf(topology)) draw(land, ring);
  return land;
};
