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

if (!isTag(navigator.language)) Object.defineProperty(navigator, 'language', { value: 'en-US' });

export {};
