import type { Handshake } from './admission.ts';

/**
 * By which API key API Gateway counts a handshake: the one that it brings or, as no browser can send one, that of all
 * pages. Undefined for a client that is no page and brings none.
 */
export const usageKeyOf = ({ header }: Handshake, pagesKey: string): string | undefined => {
  const brought = header('x-api-key');
  if (brought !== undefined && brought !== '') return brought;
  return header('origin') === undefined ? undefined : pagesKey;
};
