import { InvalidArgumentError } from 'commander';
import { faultKinds, isFaultKind, type FaultKind } from '../../infra/twin/faults/faults.ts';
import { notSurvivable, survivable } from './nemesis.ts';

/** `all`, `none`, or kinds between commas; for commander. */
export const kindsOption = (text: string): readonly FaultKind[] => {
  if (text === 'all') return survivable;
  if (text === 'none') return [];
  return text.split(',').map((kind) => {
    if (!isFaultKind(kind))
      throw new InvalidArgumentError(`Expected all, none, or of ${Object.keys(faultKinds).join(', ')}.`);
    const why = notSurvivable[kind];
    if (why !== undefined) throw new InvalidArgumentError(`${kind} is not for the ledger: ${why}.`);
    return kind;
  });
};
