import type { Forgery } from './forgedTokens.testing.ts';
import { compact, rsa, type Forge } from './tokenIssuer.testing.ts';

type Fields = Record<string, unknown>;

/** Claims under the issuer's own signature, so that nothing else can be why they are refused. */
const claimForgeriesOf = (claim: string, values: Record<string, (forge: Forge) => unknown>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]): [string, Forgery] => [
      `${claim} ${name}`,
      (forge) => forge.signed(undefined, forge.claims({ [claim]: value(forge) })),
    ]),
  );

const audiences = claimForgeriesOf('aud', {
  missing: () => undefined,
  null: () => null,
  empty: () => '',
  'of another': () => 'other',
  'in capitals': ({ audience }) => audience.toUpperCase(),
  'that begins like ours': ({ audience }) => `${audience}.evil`,
  'that ends like ours': ({ audience }) => `evil.${audience}`,
  'and a space': ({ audience }) => `${audience} `,
  'with others in one text': ({ audience }) => `other ${audience}`,
  'that is a star': () => '*',
  'that is a number': () => 1,
  'that is an object': ({ audience }) => ({ [audience]: audience }),
  'of nobody': () => [],
  'of others': () => ['other', 'another'],
  'of ours and another': ({ audience }) => [audience, 'other'],
  'of ours twice': ({ audience }) => [audience, audience],
  'of ours and a number': ({ audience }) => [audience, 1],
  'of ours, nested': ({ audience }) => [[audience]],
});

const issuers = claimForgeriesOf('iss', {
  missing: () => undefined,
  null: () => null,
  empty: () => '',
  'of the forger': ({ trap }) => trap,
  'in an array': ({ issuer }) => [issuer],
  'in an object': ({ issuer }) => ({ iss: issuer }),
  'with a final slash': ({ issuer }) => `${issuer}/`,
  'with a path': ({ issuer }) => `${issuer}/other`,
  'with a query': ({ issuer }) => `${issuer}?a`,
  'with a fragment': ({ issuer }) => `${issuer}#a`,
  'in capitals': ({ issuer }) => issuer.toUpperCase(),
  'with a user': ({ issuer }) => issuer.replace('://', '://user@'),
  'as a user of the forger': ({ issuer, trap }) => trap.replace('://', `://${new URL(issuer).host}@`),
  'by another scheme': ({ issuer }) => issuer.replace('http:', 'https:'),
  'by another name of the host': ({ issuer }) => issuer.replace('127.0.0.1', 'localhost'),
  'that begins like ours': ({ issuer }) => `${issuer}0`,
  'and a space': ({ issuer }) => `${issuer} `,
  'and NUL': ({ issuer }) => `${issuer}\u0000`,
});

const subjects = claimForgeriesOf('sub', {
  missing: () => undefined,
  null: () => null,
  empty: () => '',
  'that is a number': () => 7,
  'that is true': () => true,
  'that is an array': () => ['ada'],
  'that is an object': () => ({ toString: 'ada' }),
  'with NUL': () => 'ada\u0000admin',
  'with a line end': () => 'ada\nadmin',
  'with an escape sequence': () => '\u001b[31mada',
  'with a homoglyph': () => '\u0430da',
  'of 256 characters': () => 'a'.repeat(256),
});

const expiries = claimForgeriesOf('exp', {
  missing: () => undefined,
  null: () => null,
  'a second ago': ({ second }) => second - 1,
  'exactly now': ({ second }) => second,
  zero: () => 0,
  negative: () => -1,
  'negative and large': ({ second }) => -second - 3_600,
  'as text': ({ second }) => String(second + 3_600),
  'as a date': () => '2099-01-01T00:00:00Z',
  'as "Infinity"': () => 'Infinity',
  'as "NaN"': () => 'NaN',
  'with a fraction': ({ second }) => second + 3_600.5,
  'in milliseconds': ({ second }) => (second + 3_600) * 1000,
  'of 2^53': () => 2 ** 53,
  'of 1e308': () => 1e308,
  'in an array': ({ second }) => [second + 3_600],
  'in an object': ({ second }) => ({ $date: second + 3_600 }),
  'that is true': () => true,
});

const begins = claimForgeriesOf('nbf', {
  'in a second': ({ second }) => second + 1,
  'in an hour': ({ second }) => second + 3_600,
  null: () => null,
  'as text': ({ second }) => String(second - 1),
  'with a fraction': ({ second }) => second - 0.5,
  'in milliseconds': ({ second }) => second * 1000,
  negative: () => -1,
  'that is false': () => false,
});

const issued = claimForgeriesOf('iat', {
  'in ten minutes': ({ second }) => second + 600,
  null: () => null,
  'as text': ({ second }) => String(second),
  'with a fraction': ({ second }) => second - 0.5,
  'in milliseconds': ({ second }) => second * 1000,
  negative: () => -1,
  'in an array': ({ second }) => [second],
});

const groups = claimForgeriesOf('cognito:groups', {
  'that are one text': () => '*',
  'that are JSON in a text': () => '["*"]',
  'that are a list in a text': () => '*,region:eu-west',
  'that are null': () => null,
  'that are true': () => true,
  'that are an object': () => ({ 0: '*', length: 1 }),
  'that are nested': () => [['*']],
  'that are numbers': () => [1, 2],
  'with a number among them': () => ['*', 1],
  'with null among them': () => ['*', null],
});

const uses = claimForgeriesOf('token_use', {
  access: () => 'access',
  'in capitals': () => 'ID',
  'in an array': () => ['id'],
  null: () => null,
  empty: () => '',
});

/** The whole of what Cognito puts into an access token, which has no `aud`. */
const accessToken = ({ audience, claims }: Forge, over: Fields = {}): Fields => ({
  ...claims({ aud: undefined, 'cognito:groups': ['*'] }),
  token_use: 'access',
  client_id: audience,
  scope: 'aws.cognito.signin.user.admin',
  username: 'ada',
  ...over,
});

/** A claim said twice: one reader takes the first, another the last. `JSON` stands for the good claims. */
const twice =
  (text: (inner: string, forge: Forge) => string): Forgery =>
  (forge) =>
    compact(
      JSON.stringify(forge.header()),
      text(JSON.stringify(forge.claims()).slice(1, -1), forge),
      rsa('sha256', forge.right.privateKey),
    );

export const claimForgeries: Record<string, Forgery> = {
  ...audiences,
  ...issuers,
  ...subjects,
  ...expiries,
  ...begins,
  ...issued,
  ...groups,
  ...uses,
  'access token of Cognito': (forge) => forge.signed(undefined, accessToken(forge)),
  'access token of Cognito with our aud': (forge) =>
    forge.signed(undefined, accessToken(forge, { aud: forge.audience })),
  'sub twice': twice((inner) => `{"sub":"root",${inner}}`),
  'sub twice, one escaped': twice((inner) => `{${inner},"s\\u0075b":"ada"}`),
  'exp twice': twice((inner) => `{"exp":1,${inner}}`),
  'aud twice': twice((inner) => `{"aud":"other",${inner}}`),
  'iss twice': twice((inner, { trap }) => `{"iss":"${trap}",${inner}}`),
  'groups twice': twice((inner) => `{"cognito:groups":["*"],${inner}}`),
  'a claim of no meaning twice': twice((inner) => `{"x":1,"x":{"x":2},${inner}}`),
  'exp of NaN, which is not JSON': twice((inner) => `{${inner.replace(/"exp":\d+/, '"exp":NaN')}}`),
  'exp of Infinity, which is not JSON': twice((inner) => `{${inner.replace(/"exp":\d+/, '"exp":Infinity')}}`),
  'exp of 1e999': twice((inner) => `{${inner.replace(/"exp":\d+/, '"exp":1e999')}}`),
  'exp in hexadecimal': twice((inner) => `{${inner.replace(/"exp":\d+/, '"exp":0xFFFFFFF')}}`),
  'claims in __proto__': twice((inner) => `{"__proto__":{${inner}}}`),
};
