import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts', '**/*.test.tsx'],
    exclude: ['**/node_modules/**', '**/dist/**', 'cdk.out/**', '.fieldcast/**'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', CDK_VALIDATION: 'false' },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Vitest would take one on two cores. Most tests wait more than they reckon.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
