import { keyOf, type Hop } from '../../devices/ledger/entries.ts';
import type { Category, Finding } from '../../devices/ledger/verdict.ts';

/** A category and the hop it is found at. */
type Side = `${Category} ${Hop}`;

const jump: readonly Side[] = ['silentGap told'];

/** What a defect may bring with it, of the same readings; one that is not here brings nothing. */
const ofDefects: Readonly<Record<string, readonly Side[]>> = {
  'a reading is lost before the post': jump,
  'a reading is lost on the way to the viewer': jump,
  'a reading is lost in the client': jump,
  // Everybody who wanted it has lost it, but for those to whom it stands for others, too.
  'the broker acknowledges and forgets': ['lost published', 'unrecorded published', 'silentGap told'],
  'the rules engine did not write it down': ['forged acknowledged', 'lost published'],
  'the device did not write it down': [
    'unexpected posted',
    'unexpected received',
    'unexpected applied',
    'silentGap told',
  ],
  'a resumption says that all was recovered, and it was not': jump,
};

/** What a file that is not whole may bring with it, of whatever reading. */
const ofTorn: Readonly<Partial<Record<Hop, readonly Side[]>>> = {
  attempted: [
    'unexpected published',
    'unexpected posted',
    'unexpected received',
    'unexpected applied',
    'silentGap told',
    'lost posted',
  ],
  acknowledged: ['unacknowledged acknowledged'],
  discarded: ['unacknowledged acknowledged'],
  published: ['forged acknowledged', 'unrecorded published', 'lost published'],
  posted: ['unrecorded posted', 'lost posted'],
  received: ['unrecorded received', 'lost posted'],
  applied: ['lost applied', 'lost posted', 'silentGap told'],
  told: ['lost posted', 'silentGap told'],
};

/** Whether a finding beside those that are expected of a defect is one of those that come with it. */
export const isSideFinding = (kind: string, expected: readonly Finding[], one: Finding): boolean => {
  const side: Side = `${one.category} ${one.hop}`;
  const [first] = expected;
  if (first?.category === 'torn') return ofTorn[first.hop]?.includes(side) === true;
  const names = expected.flatMap(({ name }) => (name === undefined ? [] : [keyOf(name)]));
  return (
    ofDefects[kind]?.includes(side) === true && one.name !== undefined && names.includes(keyOf(one.name))
  );
};
