import type { Condition } from '../protocol.ts';
import type { Wish } from '../ports.ts';

/**
 * A wish as rows have it: its conditions as JSON, since DynamoDB's numbers end at 1E-130 and 9.99E+125 and a client may
 * compare with any that JSON has. As on the wire, -0 becomes 0.
 */
export type WishRow = { readonly where?: string; readonly maxRate?: number };

type OrUndefined<T> = { [K in keyof T]: T[K] | undefined };

export const wishRowOf = ({ where, maxRate }: OrUndefined<Wish>): WishRow => ({
  ...(where === undefined ? {} : { where: JSON.stringify(where) }),
  ...(maxRate === undefined ? {} : { maxRate }),
});

export const wishOf = ({ where, maxRate }: OrUndefined<WishRow>): Wish => ({
  ...(where === undefined ? {} : { where: JSON.parse(where) as Condition[] }), // Only wishRowOf writes it.
  ...(maxRate === undefined ? {} : { maxRate }),
});
