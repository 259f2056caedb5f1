import { Buffer } from 'node:buffer';
import { misused } from './intrinsicError.ts';

/** Evaluates one intrinsic function; `path` is where it stands. */
export type Intrinsic = (argument: unknown, path: string) => unknown;

/** Values inside an argument. `textAt` throws for what is no text, number or boolean. */
export type Inside = {
  resolve: (value: unknown, path: string) => unknown;
  textAt: (value: unknown, path: string) => string;
};

const listOf = (argument: unknown): unknown[] => (Array.isArray(argument) ? (argument as unknown[]) : []);

/** The intrinsic functions that look at nothing but their arguments. */
export const pureIntrinsics = ({ resolve, textAt }: Inside): Record<string, Intrinsic> => ({
  'Fn::Base64': (argument, path) => Buffer.from(textAt(argument, path)).toString('base64'),
  'Fn::Join': (argument, path) => {
    const [separator, list] = listOf(argument);
    const pieces = resolve(list, path);
    if (typeof separator !== 'string' || !Array.isArray(pieces)) throw misused('Fn::Join', path);
    return pieces.map((piece, n) => textAt(piece, `${path}.${n}`)).join(separator);
  },
  'Fn::Select': (argument, path) => {
    const [index, list] = listOf(argument);
    const value = listOf(resolve(list, path))[Number(index)];
    if (value === undefined) throw misused('Fn::Select', path);
    return value;
  },
  'Fn::Split': (argument, path) => {
    const [separator, text] = listOf(argument);
    if (typeof separator !== 'string') throw misused('Fn::Split', path);
    return textAt(text, path).split(separator);
  },
});
