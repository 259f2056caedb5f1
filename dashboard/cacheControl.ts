/**
 * How long a file of the built page may be kept, by its path or address: Vite puts a content hash into the name of
 * everything under assets/, and of nothing else. Whoever hosts the page needs the same rule.
 */
export const cacheControl = (path: string): string =>
  /(^|[\\/])assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
