import { stripVTControlCharacters } from 'node:util';

/** Control characters (C0, C1), invisible format characters (bidirectional overrides among them), line separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;

/** What a device said, without what would move a terminal's cursor, colour it or turn its text around. */
export const printable = (text: string): string => stripVTControlCharacters(text).replace(unprintable, '');

const escaped = (character: string): string =>
  [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');

/** One line of JSON that a terminal shows as it is: what JSON.stringify leaves in and a terminal obeys is escaped. */
export const jsonLine = (value: object): string =>
  `${JSON.stringify(value).replace(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, escaped)}\n`;
