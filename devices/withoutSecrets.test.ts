import { expect, it } from 'vitest';

import { withoutSecrets } from './withoutSecrets.ts';

it.each([
  ['mqtt://127.0.0.1:1883', 'mqtt://127.0.0.1:1883'],
  ['mqtt://me:secret@10.0.0.1:1883', 'mqtt://10.0.0.1:1883'],
  ['mqtt://me:s@cret@host/path@2', 'mqtt://host/path@2'],
  ['wss://host/mqtt?X-Amz-Signature=secret', 'wss://host/mqtt?...'],
  ['mqtt://me:secret/secret@host', 'mqtt://host'],
  ['me:secret@host', 'host'],
  ['nonsense', 'nonsense'],
])('%s is printed as %s', (url, printed) => expect(withoutSecrets(url)).toBe(printed));
