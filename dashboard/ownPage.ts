const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** As a browser writes it: without the port where it is HTTP's own. */
const hostsOf = (port: number): string[] => loopback.map((name) => (port === 80 ? name : `${name}:${port}`));

/**
 * Whether a request comes from this server's own page, or from no page at all (curl).
 * - The Host must name loopback: a foreign name that resolves to 127.0.0.1 (DNS rebinding) brings its own Host.
 * - Origin and Sec-Fetch-Site, where the browser sends them, must say same-origin: no other page may ask (CSRF).
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export const isOwnPage = (headers: Readonly<Record<string, unknown>>, port: number): boolean => {
  const { host, origin, 'sec-fetch-site': site } = headers;
  if (typeof host !== 'string' || !hostsOf(port).includes(host)) return false;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return site === undefined || site === 'same-origin';
};
