/** What stands before the host: `name:password@`. The last `@` counts, as passwords may have one. */
const userInfo = /^([^/]*\/\/)[^/?#]*@/;
/** Where the host cannot be told, as in a url with a mistake: all up to the last `@`. */
const anyUserInfo = /^(\w[\w+.-]*:\/\/)?.*@/s;

/**
 * A url as it may be printed: without name and password, and without the query, in which AWS IoT's signatures and custom
 * authorizers' tokens travel. Takes any text, as the url in an error message is often none.
 */
export const withoutSecrets = (url: string): string => {
  const hasHost = URL.canParse(url) && new URL(url).host !== '';
  return url.replace(hasHost ? userInfo : anyUserInfo, '$1').replace(/\?.+$/s, '?...');
};
