import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildPage, pageDirectory } from '../dashboard/build.ts';
import { parseSettings, SettingsError } from './settings.ts';
import { FieldcastStack } from './stack.ts';

/**
 * What the CDK CLI runs. Settings come from the context key `fieldcast`. A stack that breaks a rule of cdk-nag's which nobody
 * has acknowledged is not synthesized.
 */
const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
try {
  const settings = parseSettings(app.node.tryGetContext('fieldcast'));
  if (settings.hosting) await buildPage();
  new FieldcastStack(app, 'Fieldcast', { settings, page: pageDirectory });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
