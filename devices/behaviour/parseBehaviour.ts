import { InvalidArgumentError } from 'commander';

import { durationOf } from '../duration.ts';
import {
  type Behaviour,
  type BehaviourKind,
  type Malformation,
  type Spell,
  malformations,
} from './behaviour.ts';
import { parseWhom, shareOf } from './parseWhom.ts';

type Details<Kind extends BehaviourKind> = Omit<Behaviour<Kind>, 'kind' | 'whom'>;
/** How what follows `WHO:` is written, and what it means; undefined where it means nothing. */
type Syntax<Kind extends BehaviourKind> = {
  readonly form: string;
  readonly example: string;
  /** What the parts of the form may be. */
  readonly rule: string;
  readonly read: (text: string) => Details<Kind> | undefined;
};

/** `30s/5m`: for 30 s of every 5 min. With `defaultMs`, `5m` alone will do. */
const spellIn = (text: string, defaultMs?: number): Required<Spell> | undefined => {
  const [first = '', second] = text.split('/');
  const everyMs = durationOf(second ?? first);
  const forMs = second === undefined ? defaultMs : durationOf(first);
  if (text.split('/').length > 2 || everyMs === undefined || forMs === undefined) return undefined;
  return forMs > 0 && forMs <= everyMs ? { forMs, everyMs } : undefined;
};

const positive = <Key extends string>(key: Key, value: number | undefined): Record<Key, number> | undefined =>
  value === undefined || value === 0 ? undefined : ({ [key]: value } as Record<Key, number>); // TypeScript widens computed keys.

const numberIn = (text: string, pattern: RegExp, from: number, to: number): number | undefined => {
  const value = Number(pattern.exec(text)?.[1] ?? NaN);
  return value >= from && value <= to ? value : undefined;
};

const skewIn = (text: string): Details<'clock-skew'> | undefined => {
  const sign = text.startsWith('-') ? -1 : 1;
  const ms = durationOf(text.replace(/^[+-]/, ''));
  return positive('ms', ms === undefined ? undefined : sign * ms);
};

const cryingIn = (text: string): Details<'crying'> | undefined => {
  const [times = '', when = ''] = text.split(',', 2);
  const factor = numberIn(times, /^x(\d*\.?\d+)$/, 2, 1_000);
  const spell = spellIn(when);
  return factor === undefined || spell === undefined ? undefined : { factor, ...spell };
};

const malformedIn = (text: string): Details<'malformed'> | undefined => {
  const [share = '', ...forms] = text.split(',');
  const chance = shareOf(share);
  const isForm = (form: string): form is Malformation => (malformations as readonly string[]).includes(form);
  if (chance === undefined || !forms.every(isForm)) return undefined;
  return forms.length === 0 ? { chance } : { chance, forms };
};

const flapping = (text: string): Details<'flapping'> | undefined => {
  const everyMs = durationOf(text);
  return everyMs === undefined || everyMs < 1_000 ? undefined : { everyMs };
};

const spellRule = 'FOR is above 0 and no longer than EVERY';
const chanceRule = 'CHANCE is above 0% and up to 100%';

export const syntaxes: { readonly [Kind in BehaviourKind]: Syntax<Kind> } = {
  offline: { form: 'FOR/EVERY', example: '10%:30s/5m', rule: spellRule, read: spellIn },
  flapping: { form: 'EVERY', example: '5%:10s', rule: 'EVERY is 1s or more', read: flapping },
  reboot: {
    form: '[FOR/]EVERY',
    example: '5%:10m',
    rule: `${spellRule} (FOR is 2s if left out)`,
    read: (text) => spellIn(text, 2_000),
  },
  duplicates: {
    form: 'CHANCE',
    example: 'all:2%',
    rule: chanceRule,
    read: (text) => positive('chance', shareOf(text)),
  },
  reordering: {
    form: 'WINDOW',
    example: '10%:4',
    rule: 'WINDOW is a whole number from 2 to 100',
    read: (text) => positive('window', numberIn(text, /^(\d+)$/, 2, 100)),
  },
  'clock-skew': {
    form: 'TIME',
    example: '10%:-90s',
    rule: 'TIME is not 0 and may be negative',
    read: skewIn,
  },
  'clock-drift': {
    form: 'PPM',
    example: 'all:50',
    rule: 'PPM is a whole number from -100000 to 100000, not 0',
    read: (text) => positive('ppm', numberIn(text, /^([+-]?\d+)$/, -100_000, 100_000)),
  },
  slow: {
    form: 'TIME',
    example: '10%:5s',
    rule: 'TIME is above 0',
    read: (text) => positive('ms', durationOf(text)),
  },
  crying: {
    form: 'xN,FOR/EVERY',
    example: '2%:x20,10s/1m',
    rule: `N is from 2 to 1000, ${spellRule}`,
    read: cryingIn,
  },
  malformed: {
    form: 'CHANCE[,FORM]',
    example: '5%:10%',
    rule: `${chanceRule}, FORM one of ${malformations.join(', ')}`,
    read: malformedIn,
  },
  refused: { form: '', example: '2%', rule: '', read: () => undefined },
};

/** A behaviour as `--KIND` has it: `WHO:HOW`, see `--help`. Throws InvalidArgumentError with an example. */
export const parseBehaviour = <Kind extends BehaviourKind>(kind: Kind, text: string): Behaviour<Kind> => {
  const { form, example, rule, read } = syntaxes[kind];
  if (kind === 'refused') return { kind, whom: parseWhom(text) } as Behaviour<Kind>; // It has nothing else.
  const at = text.indexOf(':');
  const details = at < 0 ? undefined : read(text.slice(at + 1));
  if (details === undefined) throw new InvalidArgumentError(`Give WHO:${form}, such as ${example}; ${rule}.`);
  return { kind, whom: parseWhom(text.slice(0, at)), ...details } as unknown as Behaviour<Kind>; // `read` is that kind's.
};
