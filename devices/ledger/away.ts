import { isPlain, isTargetOf } from './entitled.ts';
import type { Device } from './entries.ts';
import type { ViewerIndex } from './checkIndex.ts';

/** From when until when a viewer was not live for a device: without a connection, or catching up. Epoch ms. */
type Away = { readonly from: number; readonly to: number };

/** Of the subscriptions that are owed every reading of the device: away until the first of them is live again. */
export const awaysOf = ({ viewer, told }: ViewerIndex, device: Device): Away[] => {
  const plain = viewer.subscriptions.filter((one) => isPlain(one) && isTargetOf(one.to, device));
  const ids = new Set(plain.map(({ id }) => id));
  const aways: Away[] = [];
  let from: number | undefined;
  for (const one of told) {
    if (one.what === 'offline' || one.what === 'connected') from ??= one.at;
    if (one.what !== 'live' || !ids.has(one.id) || from === undefined) continue;
    aways.push({ from, to: one.at });
    from = undefined;
  }
  return from === undefined ? aways : [...aways, { from, to: Infinity }];
};

/** When `ms` of being live have passed since `at`: whoever is away meanwhile has them again from the end of that on. */
export const afterLive = (aways: readonly Away[], at: number, ms: number): number =>
  aways.reduce((end, { from, to }) => (from < end && at < to ? to + ms : end), at + ms);
