import { limits } from '../../../fanout/limits.ts';

/** Characters as the server counts them: an emoji is one. */
export const lengthOf = (text: string): number => Array.from(text).length;

/** Why a text cannot be sent as a note; undefined if it can. */
export const whyNot = (text: string): string | undefined => {
  const over = lengthOf(text) - limits.noteCharacters;
  if (over > 0) return `Take out ${over} ${over === 1 ? 'character' : 'characters'}.`;
  return text.trim() === '' ? 'Write something first.' : undefined;
};
