import { newSeed, seeded, type Below } from '../seeded.testing.ts';
import { underWatch, verdictOf, type TokenFigures } from './forgedTokens.testing.ts';
import { base64url } from './tokenIssuer.testing.ts';

type Mutation = (token: string, other: string, below: Below) => string;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const spliced = (token: string, at: number, removed: number, put: string): string =>
  token.slice(0, at) + put + token.slice(at + removed);

const onePart = (token: string, below: Below, change: (part: string) => string): string => {
  const chosen = below(3);
  return token
    .split('.')
    .map((part, n) => (n === chosen ? change(part) : part))
    .join('.');
};

/** The bytes that a part stands for, changed and encoded again: what remains is well-formed. */
const flippedByte: Mutation = (token, _, below) =>
  onePart(token, below, (part) => {
    const bytes = Buffer.from(part, 'base64url');
    const at = below(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << below(8)), at);
    return base64url(bytes);
  });

const mutations: Record<string, Mutation> = {
  bit: (token, _, below) => {
    const at = below(token.length);
    return spliced(token, at, 1, String.fromCharCode(token.charCodeAt(at) ^ (1 << below(8))));
  },
  'decoded bit': flippedByte,
  'two decoded bits': (token, other, below) => flippedByte(flippedByte(token, other, below), other, below),
  letter: (token, _, below) => spliced(token, below(token.length), 1, alphabet[below(64)] ?? ''),
  'any character': (token, _, below) =>
    spliced(token, below(token.length), 1, String.fromCharCode(below(0x10000))),
  insertion: (token, _, below) => spliced(token, below(token.length + 1), 0, alphabet[below(64)] ?? ''),
  deletion: (token, _, below) => spliced(token, below(token.length), 1 + below(4), ''),
  truncation: (token, _, below) => token.slice(0, below(token.length)),
  'cut beginning': (token, _, below) => token.slice(1 + below(token.length - 1)),
  'two characters swapped': (token, _, below) => {
    const [one, two] = [below(token.length), below(token.length)].toSorted((a, b) => a - b) as [
      number,
      number,
    ];
    const swapped = spliced(token, one, 1, token.charAt(two));
    return spliced(swapped, two, 1, token.charAt(one));
  },
  'parts rearranged': (token, other, below) => {
    const parts = [...token.split('.'), ...other.split('.'), ''];
    return Array.from({ length: 1 + below(5) }, () => parts[below(parts.length)] ?? '').join('.');
  },
  'a part of another token': (token, other, below) => {
    const chosen = below(3);
    const others = other.split('.');
    return token
      .split('.')
      .map((part, n) => (n === chosen ? (others[n] ?? '') : part))
      .join('.');
  },
  'case of a letter': (token, _, below) => {
    const at = below(token.length);
    const letter = token.charAt(at);
    return spliced(
      token,
      at,
      1,
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    );
  },
  'a stretch twice': (token, _, below) => {
    const at = below(token.length);
    return spliced(token, at, 0, token.slice(at, at + 1 + below(64)));
  },
};

/**
 * Presents mutations of a good token to the real verifier; none may be accepted. What is the very text of a good token is
 * not a mutation and is made again. The same bytes in another spelling are one: base64url leaves up to four bits of a last
 * letter unused, and a verifier that passes over them gives one token many names, by which no list of revoked ones finds it.
 */
export const tokenMutations = async (runs: number, seed = newSeed()): Promise<TokenFigures> => {
  const figures = await underWatch(async (issuer, verify) => {
    const below = seeded(seed);
    const good = issuer.signed();
    const other = issuer.signed(undefined, issuer.claims({ sub: 'bob', 'cognito:groups': ['*'] }));
    const kinds = Object.entries(mutations);
    const failures: string[] = [];
    for (let run = 0; run < runs;) {
      const [kind, mutate] = kinds[below(kinds.length)] ?? ['bit', flippedByte];
      const mutant = mutate(good, other, below);
      if (mutant === good || mutant === other) continue;
      run += 1;
      if ((await verdictOf(verify, mutant)) === 'accepted') failures.push(`${kind}, run ${run}`);
    }
    return { runs, failures };
  });
  return { ...figures, seed };
};
