import { Buffer } from 'node:buffer';
import { invalid } from './iotError.ts';

export type Page<Item> = { readonly items: readonly Item[]; readonly nextToken: string | undefined };

/** Most items of a page, and how many there are when the caller does not say (AWS IoT API reference, ListThings: 1–250). */
const maxResults = 250;
const defaultResults = 25;

const sizeOf = (given: string | undefined): number => {
  const size = given === undefined ? defaultResults : Number(given);
  if (!Number.isInteger(size) || size < 1 || size > maxResults)
    throw invalid(`The size of a page must be from 1 to ${maxResults}, not ${given}.`);
  return size;
};

const encode = (key: string): string => Buffer.from(key).toString('base64url');

/**
 * A page of items that are in the order of their keys. The token names the last key of the page before, so that what is
 * created or deleted in between neither repeats nor hides an item.
 */
export const pageOf = <Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  asked: { readonly size?: string | undefined; readonly token?: string | undefined },
): Page<Item> => {
  const size = sizeOf(asked.size);
  const after = asked.token === undefined ? undefined : Buffer.from(asked.token, 'base64url').toString();
  const left = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const page = left.slice(0, size);
  const last = page.at(-1);
  return {
    items: page,
    nextToken: left.length > size && last !== undefined ? encode(keyOf(last)) : undefined,
  };
};
