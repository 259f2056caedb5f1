import { App } from 'aws-cdk-lib';
import type { Settings } from './settings.ts';
import { FieldcastStack } from './stack.ts';

/** Synthesizes the stack in this process. Resolves to the folder of the cloud assembly. */
export const synthesize = (settings: Settings, outdir: string, page?: string): string => {
  const app = new App({ outdir, analyticsReporting: false });
  new FieldcastStack(app, 'Fieldcast', { settings, ...(page === undefined ? {} : { page }) });
  return app.synth().directory;
};
