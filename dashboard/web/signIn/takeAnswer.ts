import { readAnswer } from './answer.ts';
import { takeBegun } from './memory.ts';

// Imported before whatever reads the page's address: a code must not stay in it, nor in the browser's history, and the view that
// somebody left to sign in comes back.

const begun = new URLSearchParams(location.search).has('state') ? takeBegun() : undefined;

/** How somebody came back to this page from signing in; undefined where nobody did. */
export const answer = readAnswer(location.search, begun);

if (answer !== undefined) history.replaceState(null, '', begun?.address ?? location.pathname);
