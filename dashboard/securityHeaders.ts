import type { DashboardConfig, SignInConfig } from './config.ts';

/** Where a page gets tokens, and has them revoked. */
export const tokenOrigins = ({ tokenUrl, revokeUrl = tokenUrl }: SignInConfig): string[] => [
  ...new Set([tokenUrl, revokeUrl].map((url) => new URL(url).origin)),
];

/** What the page's scripts ask: the WebSocket API, and where tokens come from. Signing in itself is a step to another page. */
export const originsOf = ({
  webSocketUrl,
  signIn,
}: Pick<DashboardConfig, 'webSocketUrl' | 'signIn'>): string[] => [
  new URL(webSocketUrl).origin,
  ...(signIn === undefined ? [] : tokenOrigins(signIn)),
];

/** The page needs nothing of what a device has: whatever it loads must not get it either. */
const unused = ['camera', 'geolocation', 'microphone', 'payment', 'usb', 'serial', 'midi', 'hid'];

const policy = (connectTo: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...connectTo].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // Names and values come from devices: no code here may turn a string into HTML or into a script.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

/** For how long a browser asks for the page by https only. */
export const httpsOnlySeconds = 63_072_000;

/**
 * The headers of every answer; whoever hosts the page needs the same. The policy has no `unsafe-inline`: scripts and
 * styles come from this server only. Styles that scripts set on elements (uPlot, Preact) go through CSSOM, which the
 * policy does not concern.
 *
 * @param connectTo the origins that scripts ask beside the page's own: see {@link originsOf}.
 * @param isHttps whether the page is on https, and has to stay there.
 * @see https://www.w3.org/TR/CSP3/
 */
export const securityHeaders = ({
  connectTo,
  isHttps,
}: {
  connectTo: readonly string[];
  isHttps: boolean;
}) => ({
  'content-security-policy': policy(connectTo),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': unused.map((feature) => `${feature}=()`).join(', '),
  ...(isHttps ? { 'strict-transport-security': `max-age=${httpsOnlySeconds}` } : {}),
});
