import type { Handshake } from './admission.ts';

/**
 * By which API key API Gateway counts a handshake: the one that it brings or, as no browser can send one, that of all
 * pages. Undefined for a client that names no Origin and brings none. A machine that sends the Origin of a page counts as one:
 * keys meter those who are honest about it, and who may come in, tokens say.
 */
export const usageKeyOf = ({ header }: Handshake, pagesKey: string): string | undefined => {
  const brought = header('x-api-key');
  if (brought !== undefined && brought !== '') return brought;
  return header('origin') === undefined ? undefined : pagesKey;
};
