import { defineConfig } from 'vite';

// Vite finds its configuration by the default export. Where the page is built to, build.ts says.
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // An asset inlined as a data: URL would be refused by the server's Content-Security-Policy.
    assetsInlineLimit: 0,
    // Nearly every browser of this target preloads modules by itself; the others load them a little later.
    modulePreload: { polyfill: false },
  },
});
