import type { Target } from '../../../fanout/client/telemetryClient.ts';
import { labelOf, type View } from '../view/view.ts';

/** Whom one can write to, each once: the open device first, then what is watched. */
export const noteTargets = ({ watches, open }: Pick<View, 'watches' | 'open'>): Target[] => {
  const all: Target[] = [...(open === undefined ? [] : [{ device: open }]), ...watches.map(({ to }) => to)];
  return [...new Map(all.map((target) => [labelOf(target), target])).values()];
};
