import type { Begun } from './answer.ts';

const begunKey = 'fieldcast.begun';
const refreshKey = 'fieldcast.refresh';

/** Once: a state is good for one answer. */
export const takeBegun = (): Begun | undefined => {
  const text = sessionStorage.getItem(begunKey);
  sessionStorage.removeItem(begunKey);
  return text === null ? undefined : (JSON.parse(text) as Begun); // Only this module writes it.
};

export const keepBegun = (begun: Begun): void => sessionStorage.setItem(begunKey, JSON.stringify(begun));

/**
 * The refresh token is in this tab's session storage, so that a reload, which is what people do first when something looks wrong,
 * asks nobody for a password. It ends with the tab, and no other tab and no later visit finds it, as they would in localStorage. The
 * ID token, which opens the API, is in memory only. Whoever can run a script on the page could have either: what keeps scripts
 * off it is its Content-Security-Policy.
 */
export const keptRefreshToken = (): string | undefined => sessionStorage.getItem(refreshKey) ?? undefined;

export const keepRefreshToken = (token: string | undefined): void => {
  if (token === undefined) sessionStorage.removeItem(refreshKey);
  else sessionStorage.setItem(refreshKey, token);
};
