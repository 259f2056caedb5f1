/**
 * The headers of every answer. The policy has no `unsafe-inline`: scripts and styles come from this server only. Styles
 * that scripts set on elements (uPlot, Preact) go through CSSOM, which the policy does not concern.
 *
 * @see https://www.w3.org/TR/CSP3/
 */
export const securityHeaders = (webSocketUrl: string): Record<string, string> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${new URL(webSocketUrl).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
});
