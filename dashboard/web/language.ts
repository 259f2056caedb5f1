/**
 * Chromium under the POSIX locale (LANG=C, as in a container) says `en-US@posix`, which is no BCP 47 language tag; uPlot
 * gives it to Intl while it loads, which throws. Import this before uPlot.
 */
const isTag = (text: string): boolean => {
  try {
    return Intl.getCanonicalLocales(text).length > 0;
  } catch {
    return false;
  }
};

/** Absent in Node before 21. */
const { navigator } = globalThis as { navigator?: { language: string } };
const said = navigator?.language ?? 'en';
if (navigator !== undefined && !isTag(said)) Object.defineProperty(navigator, 'language', { value: 'en-US' });

/** The reader's. */
export const language = isTag(said) ? said : 'en-US';
