import { describe, expect, it } from 'vitest';
import { readAnswer } from './answer.ts';

const begun = { state: 's1', verifier: 'v1', address: '/?region=eu-west' };

describe('the address after signing in', () => {
  it('holds a code, for which the verifier is kept', () => {
    expect(readAnswer('?code=c1&state=s1', begun)).toEqual({ code: 'c1', verifier: 'v1' });
  });

  it.each(['?region=eu-west', '', '?code=c1', '?state=s1', '?error=access_denied'])(
    '%s says nothing of a sign-in',
    (search) => {
      expect(readAnswer(search, begun)).toBeUndefined();
    },
  );

  it('holds a reason instead, in the server’s words', () => {
    expect(readAnswer('?error=access_denied&error_description=Not%20today&state=s1', begun)).toEqual({
      refused: 'Not today',
    });
    expect(readAnswer('?error=access_denied&state=s1', begun)).toEqual({ refused: 'access_denied' });
  });

  it.each([
    ['another state', '?code=c1&state=s2', begun],
    ['a state, where none was begun', '?code=c1&state=s1', undefined],
    ['a reason for another state', '?error=x&state=s2', begun],
  ])('is refused with %s', (_, search, remembered) => {
    expect(readAnswer(search, remembered)).toEqual({
      refused: 'The answer belongs to no sign-in that was begun in this tab.',
    });
  });
});
