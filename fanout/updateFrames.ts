import { limits } from './limits.ts';
import { cut } from './pages.ts';

/** A `sensor_update` as it is sent, serialized once for every viewer that is due it. */
export type Piece = { readonly text: string; readonly bytes: number };

const encoder = new TextEncoder();

export const pieceOf = (update: object): Piece => {
  const text = JSON.stringify(update);
  return { text, bytes: encoder.encode(text).length };
};

const before = '{"type":"sensor_batch","updates":[';
const after = ']}';

/**
 * What one connection is due, in order, in as few frames as it takes: one update goes alone, several as `sensor_batch`, of
 * at most `limits.frameBytes`. API Gateway bills a message by steps of 32 KB, so that many cost as much as one.
 */
export const updateFrames = <T extends { readonly piece: Piece }>(
  due: readonly T[],
): { text: string; due: T[] }[] =>
  cut(due, ({ piece }) => piece.bytes, limits.frameBytes - before.length - after.length).map((run) => {
    const [first, second] = run;
    const text = run.map(({ piece }) => piece.text).join(',');
    return { text: first !== undefined && second === undefined ? text : before + text + after, due: run };
  });
