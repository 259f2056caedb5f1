import { describe, expect, it } from 'vitest';
import { cacheControl } from './cacheControl.ts';

describe('what may be kept', () => {
  it.each([
    ['/work/dist/assets/index-abc.js', 'public, max-age=31536000, immutable'],
    ['C:\\dist\\assets\\index-abc.js.br', 'public, max-age=31536000, immutable'],
    ['assets/index-abc.css', 'public, max-age=31536000, immutable'],
    ['/index.html', 'no-cache'],
    ['/favicon.svg', 'no-cache'],
    ['/myassets/x.js', 'no-cache'],
  ])('of %s is %s', (path, rule) => {
    expect(cacheControl(path)).toBe(rule);
  });
});
