import type { Update } from '../../../fanout/client/telemetryClient.ts';

const mostCharacters = 20_000;

/** A reading as it came, as text for people: without what this page's client made of it, and not longer than a page can hold. */
export const rawText = ({ source: _, late: __, subscriptions: ___, ...reading }: Update): string => {
  const text = JSON.stringify(reading, null, 2);
  return text.length <= mostCharacters
    ? text
    : `${text.slice(0, mostCharacters)}\n… cut after 20,000 characters`;
};
