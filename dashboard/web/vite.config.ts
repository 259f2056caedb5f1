import { defineConfig } from 'vite';

// Vite finds its configuration by the default export.
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // An asset inlined as a data: URL would be refused by the server's Content-Security-Policy.
  build: { outDir: '../dist', emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
});
