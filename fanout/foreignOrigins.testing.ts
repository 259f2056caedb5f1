import { admit, type Identity } from './admission.ts';
import { newSeed, seeded, type Below } from './seeded.testing.ts';

export const allowedOrigins = ['https://dashboard.example.com', 'http://127.0.0.1:4000'] as const;

/** What a page that is not ours may be called, by the trick. */
export const foreignOrigins: Readonly<Record<string, string>> = {
  'nothing in it': '',
  'an opaque one (sandboxed frame, file, data URL)': 'null',
  'NULL in capitals': 'NULL',
  'the word undefined': 'undefined',
  'a star': '*',
  'another site': 'https://evil.example',
  'our name before theirs': 'https://dashboard.example.com.evil.example',
  'our name before theirs, a dash between': 'https://dashboard.example.com-evil.example',
  'our name as part of theirs': 'https://dashboard.example.comevil.example',
  'their name before ours': 'https://evildashboard.example.com',
  'their name before ours, a dash between': 'https://evil-dashboard.example.com',
  'below ours': 'https://a.dashboard.example.com',
  'above ours': 'https://example.com',
  'beside ours': 'https://blog.example.com',
  'another character where ours has a dot': 'https://dashboardxexample.com',
  'one letter more': 'https://dashboard.example.comm',
  'one letter less': 'https://dashboard.example.co',
  'another top-level domain': 'https://dashboard.example.org',
  'a dot at the end': 'https://dashboard.example.com.',
  'two dots': 'https://dashboard..example.com',
  'a dot at the beginning': 'https://.dashboard.example.com',
  'http for https': 'http://dashboard.example.com',
  'https for http': 'https://127.0.0.1:4000',
  'ws for https': 'wss://dashboard.example.com',
  'no scheme': 'dashboard.example.com',
  'only slashes for a scheme': '//dashboard.example.com',
  'a scheme of its own': 'chrome-extension://dashboard.example.com',
  'a file': 'file://dashboard.example.com',
  'data for a scheme': 'data:https://dashboard.example.com',
  'three slashes': 'https:///dashboard.example.com',
  backslashes: 'https:\\\\dashboard.example.com',
  'another port': 'https://dashboard.example.com:8443',
  'the port that goes without saying': 'https://dashboard.example.com:443',
  'an empty port': 'https://dashboard.example.com:',
  'port zero': 'https://dashboard.example.com:0',
  'ours without its port': 'http://127.0.0.1',
  'ours, its port longer': 'http://127.0.0.1:40000',
  'ours, its port with a zero before it': 'http://127.0.0.1:04000',
  'a port that overflows to ours': 'http://127.0.0.1:69536',
  'scheme in capitals': 'HTTPS://dashboard.example.com',
  'host in capitals': 'https://DASHBOARD.EXAMPLE.COM',
  'one capital': 'https://Dashboard.example.com',
  'ours as the user of theirs': 'https://dashboard.example.com@evil.example',
  'ours as user and password of theirs': 'https://dashboard.example.com:443@evil.example',
  'a user of ours': 'https://user@dashboard.example.com',
  'an empty user of ours': 'https://@dashboard.example.com',
  'ours as the path of theirs': 'https://evil.example/https://dashboard.example.com',
  'ours as the query of theirs': 'https://evil.example?https://dashboard.example.com',
  'ours as the fragment of theirs': 'https://evil.example#https://dashboard.example.com',
  'a final slash': 'https://dashboard.example.com/',
  'a path': 'https://dashboard.example.com/login',
  'an empty query': 'https://dashboard.example.com?',
  'an empty fragment': 'https://dashboard.example.com#',
  'a homoglyph (Cyrillic a)': 'https://d\u0430shboard.example.com',
  'that homoglyph as browsers send it': 'https://xn--dshboard-2fg.example.com',
  'fullwidth letters': 'https://\uff44ashboard.example.com',
  'an ideographic full stop': 'https://dashboard\u3002example.com',
  'a soft hyphen': 'https://dash\u00adboard.example.com',
  'a zero-width space': 'https://dashboard\u200b.example.com',
  'percent-encoded letters': 'https://%64ashboard.example.com',
  'IPv6 loopback': 'http://[::1]:4000',
  'IPv4 in IPv6': 'http://[::ffff:127.0.0.1]:4000',
  'another name of loopback': 'http://localhost:4000',
  'loopback as a number': 'http://2130706433:4000',
  'loopback in hexadecimal': 'http://0x7f.0.0.1:4000',
  'loopback in octal': 'http://0177.0.0.1:4000',
  'loopback, shortened': 'http://127.1:4000',
  'another loopback': 'http://127.0.0.2:4000',
  'any address': 'http://0.0.0.0:4000',
  'loopback by a public name': 'http://127.0.0.1.nip.io:4000',
  'a space at the end': 'https://dashboard.example.com ',
  'a space at the beginning': ' https://dashboard.example.com',
  'a tab at the end': 'https://dashboard.example.com\t',
  'a line end at the end': 'https://dashboard.example.com\n',
  'NUL at the end': 'https://dashboard.example.com\u0000',
  'NUL before theirs': 'https://dashboard.example.com\u0000.evil.example',
  'two headers in one, ours first': 'https://dashboard.example.com, https://evil.example',
  'two headers in one, ours last': 'https://evil.example, https://dashboard.example.com',
  'two headers in one, both ours': 'https://dashboard.example.com,https://dashboard.example.com',
  'both of ours, as the setting has them': allowedOrigins.join(','),
  'a list of RFC 6454': 'https://dashboard.example.com https://evil.example',
  'in quotes': '"https://dashboard.example.com"',
  'in angle brackets': '<https://dashboard.example.com>',
  'a name of an object': '__proto__',
  'a method of an array': 'includes',
  '8,000 characters': `https://dashboard.example.com${'a'.repeat(8_000)}`,
};

const characters = 'abcdehmoprstx.:/-@,#?% \\[]0149AD\u0430\u0000';

const mutated = (origin: string, below: Below): string => {
  const at = below(origin.length + 1);
  const put = Array.from({ length: below(3) }, () => characters[below(characters.length)] ?? '').join('');
  return origin.slice(0, at) + put + origin.slice(at + below(3));
};

const identity: Identity = { principal: 'ada', grants: ['*'], expiresAt: 1 };
const decide = admit({ verify: async () => identity, allowedOrigins });

/** Whether a page of this origin, which has a good token, gets in. */
export const getsIn = async (origin: string): Promise<boolean> => {
  const headers: Record<string, string> = { origin, authorization: 'Bearer good' };
  return (await decide({ header: (name) => headers[name] })).admitted;
};

/** Mutations of allowed origins, now and then none: exactly the allowed ones get in. */
export const originsAreExact = async (runs: number, seed = newSeed()) => {
  const below = seeded(seed);
  const failures: string[] = [];
  for (let run = 0; run < runs; run += 1) {
    let origin: string = allowedOrigins[below(allowedOrigins.length)] ?? '';
    for (let times = below(4); times > 0; times -= 1) origin = mutated(origin, below);
    const isAllowed = allowedOrigins.some((allowed) => allowed === origin);
    if ((await getsIn(origin)) !== isAllowed) failures.push(JSON.stringify(origin));
  }
  return { runs, failures, seed };
};
