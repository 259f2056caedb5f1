import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import coarseUrl from 'world-atlas/land-110m.json?url';
import fineUrl from 'world-atlas/land-50m.json?url';
import type { Point } from './projection.ts';
import { closing, unrolled, type Ring } from './unrolled.ts';

/** A polygon of land, in a world of 0 to 1, or somewhat beyond that where it crosses 180°. */
export type Land = {
  readonly fill: Path2D;
  readonly coast: Path2D;
  readonly from: Point;
  readonly to: Point;
};

export type Detail = 'coarse' | 'fine';
const urls: Readonly<Record<Detail, string>> = { coarse: coarseUrl, fine: fineUrl };

const landOf = (rings: readonly Ring[]): Land => {
  const [fill, coast] = [new Path2D(), new Path2D()];
  const [outer = [], ...holes] = rings;
  const border = unrolled(outer);
  const west = border.reduce((least, { x }) => Math.min(least, x), Infinity);
  const corners = [border, ...holes.map((hole) => unrolled(hole, west))];
  for (const ring of corners) {
    ring.forEach(({ x, y }, n) => {
      for (const path of [fill, coast])
        if (n === 0) path.moveTo(x, y);
        else path.lineTo(x, y);
    });
    for (const { x, y } of closing(ring)) fill.lineTo(x, y);
    fill.closePath();
  }
  const all = corners.flat();
  const reach = (pick: (...values: number[]) => number, start: number): Point =>
    all.reduce((most, { x, y }) => ({ x: pick(most.x, x), y: pick(most.y, y) }), { x: start, y: start });
  return { fill, coast, from: reach(Math.min, Infinity), to: reach(Math.max, -Infinity) };
};

const polygonsOf = (topology: Topology<{ land: GeometryCollection }>): (readonly Ring[])[] =>
  feature(topology, topology.objects.land).features.flatMap(({ geometry }) => {
    if (geometry.type === 'Polygon') return [geometry.coordinates];
    return geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
  });

/**
 * The world's land, from this page's own server: 110m for the whole world, 50m for parts of it.
 *
 * @throws if it cannot be fetched.
 */
export const loadLand = async (detail: Detail): Promise<readonly Land[]> => {
  const answer = await fetch(urls[detail]);
  if (!answer.ok) throw new Error(`${urls[detail]}: ${answer.status}`);
  // It is a file of world-atlas, whose README says what is in it.
  const topology = (await answer.json()) as Topology<{ land: GeometryCollection }>;
  return polygonsOf(topology).map(landOf);
};
