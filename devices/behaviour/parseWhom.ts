import { InvalidArgumentError } from 'commander';

import { isName } from '../../fanout/names.ts';
import type { Whom } from './behaviour.ts';

/** `10%` as 0.1; undefined for anything but a share above 0 and up to 100 %. */
export const shareOf = (text: string): number | undefined => {
  const percent = /^(\d*\.?\d+)%$/.exec(text)?.[1];
  const share = Number(percent) / 100;
  return share > 0 && share <= 1 ? share : undefined;
};

const parts = { region: 'regions', type: 'types', device: 'devices' } as const;

const namesIn = (text: string): Omit<Whom, 'share'> | undefined => {
  const [key = '', value = ''] = text.split('=', 2);
  const names = value.split('+');
  if (!Object.hasOwn(parts, key) || !names.every(isName)) return undefined;
  return { [parts[key as keyof typeof parts]]: names }; // One of its own keys.
};

/** `10%`, `all`, `region=eu-west`, `type=pump+meter` or several by commas. Throws InvalidArgumentError for anything else. */
export const parseWhom = (text: string): Whom => {
  let whom: Whom = {};
  for (const part of text.split(',')) {
    const share = part === 'all' ? 1 : shareOf(part);
    const more = share === undefined ? namesIn(part) : { share };
    if (more === undefined) {
      throw new InvalidArgumentError(
        `"${part}" names no devices: give 10%, all, region=eu-west, type=pump+meter, device=pump-002, or several by commas.`,
      );
    }
    whom = { ...whom, ...more };
  }
  return whom;
};
