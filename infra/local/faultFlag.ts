import { InvalidArgumentError } from 'commander';
import { faultKinds, isFaultKind, type FaultKind, type FaultSetting } from '../twin/faults/faults.ts';

export type FaultFlag = { readonly kind: FaultKind; readonly setting: FaultSetting };

type Read = { ok: true; fault: FaultFlag } | { ok: false; message: string };

const unitMs = { ms: 1, s: 1_000, m: 60_000 };

const durationOf = (text: string): number | undefined => {
  const [, count, unit] = /^(\d{1,7})(ms|s|m)$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * unitMs[unit as keyof typeof unitMs];
};
const numberOf = (pattern: RegExp, text: string): number | undefined =>
  pattern.test(text) ? Number(text) : undefined;

type Part = {
  readonly of: keyof FaultSetting;
  readonly read: (text: string) => number | string | undefined;
  readonly expected: string;
};

const parts: Readonly<Record<string, Part>> = {
  p: {
    of: 'probability',
    read: (text) => numberOf(/^(0(\.\d+)?|1(\.0+)?|\.\d+)$/, text),
    expected: 'a probability from 0 to 1',
  },
  for: { of: 'forMs', read: durationOf, expected: 'a time, as in 20s' },
  times: { of: 'times', read: (text) => numberOf(/^[1-9]\d{0,8}$/, text), expected: 'a number from 1 on' },
  delay: { of: 'ms', read: durationOf, expected: 'a time, as in 200ms' },
  posts: { of: 'posts', read: (text) => numberOf(/^\d{1,6}$/, text), expected: 'a number from 0 on' },
  only: {
    of: 'only',
    read: (text) => (text === '' ? undefined : text),
    expected: 'a part of the name of a table, function or queue',
  },
};

/** Reads `kind[:part=value,…]`, as in `connections.throttle:p=0.5,for=20s`; or says which part is wrong, and what was expected. */
export const readFault = (text: string): Read => {
  const [kind = '', rest = ''] = text.split(':', 2);
  if (!isFaultKind(kind))
    return {
      ok: false,
      message: `There is no fault "${kind}"; there are ${Object.keys(faultKinds).join(', ')}.`,
    };
  const setting: Partial<Record<keyof FaultSetting, number | string>> = {};
  for (const one of rest === '' ? [] : rest.split(',')) {
    const [name = '', value = ''] = one.split('=', 2);
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (part === undefined)
      return {
        ok: false,
        message: `${kind} takes ${Object.keys(parts).join(', ')}, as in ${kind}:p=0.5,for=20s; not "${name}".`,
      };
    if (setting[part.of] !== undefined)
      return { ok: false, message: `${kind}: ${name} is there twice; give it once.` };
    const read = part.read(value);
    if (read === undefined)
      return { ok: false, message: `${kind}: ${name} is ${part.expected}, not "${value}".` };
    setting[part.of] = read;
  }
  return { ok: true, fault: { kind, setting: setting as FaultSetting } }; // Each part reads what its name takes.
};

/** {@link readFault} for commander; the flag may be repeated. */
export const faultFlag = (text: string, before: readonly FaultFlag[] = []): FaultFlag[] => {
  const read = readFault(text);
  if (!read.ok) throw new InvalidArgumentError(read.message);
  return [...before, read.fault];
};
