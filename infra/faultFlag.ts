import { InvalidArgumentError } from 'commander';
import { faultKinds, isFaultKind, type FaultKind, type FaultSetting } from './twin/faults/faults.ts';

export type FaultFlag = { readonly kind: FaultKind; readonly setting: FaultSetting };

const unitMs = { ms: 1, s: 1_000, m: 60_000 };

const durationOf = (text: string): number => {
  const [, count, unit] = /^(\d{1,7})(ms|s|m)$/.exec(text) ?? [];
  return Number(count) * unitMs[unit as keyof typeof unitMs]; // NaN where nothing matched.
};

/** What each part of a flag is called, and how it is read; NaN is not right. */
const parts: Record<string, (text: string) => FaultSetting> = {
  p: (text) => ({ probability: Number(text) <= 1 && Number(text) >= 0 && text !== '' ? Number(text) : NaN }),
  for: (text) => ({ forMs: durationOf(text) }),
  times: (text) => ({ times: /^[1-9]\d{0,8}$/.test(text) ? Number(text) : NaN }),
  delay: (text) => ({ ms: durationOf(text) }),
  posts: (text) => ({ posts: /^\d{1,6}$/.test(text) ? Number(text) : NaN }),
  only: (text) => ({ only: text }),
};

const expected =
  'Expected a kind, as in connections.throttle, and after a colon what it takes of p=0.5, for=20s, times=3, delay=200ms, ' +
  `posts=2, only=Name. Kinds: ${Object.keys(faultKinds).join(', ')}.`;

/** Reads `kind[:part=value,…]`, for commander. */
export const faultFlag = (text: string, before: readonly FaultFlag[] = []): FaultFlag[] => {
  const [kind = '', rest = ''] = text.split(':', 2);
  if (!isFaultKind(kind)) throw new InvalidArgumentError(expected);
  const settings =
    rest === ''
      ? []
      : rest.split(',').map((part) => {
          const [name = '', value = ''] = part.split('=', 2);
          const read = Object.hasOwn(parts, name) ? parts[name] : undefined;
          const setting = read?.(value) ?? { ms: NaN };
          if (Object.values(setting).includes(NaN)) throw new InvalidArgumentError(expected);
          return setting;
        });
  return [...before, { kind, setting: Object.assign({}, ...settings) as FaultSetting }];
};
