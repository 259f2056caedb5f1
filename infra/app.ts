import { App } from 'aws-cdk-lib';
import { parseSettings, SettingsError } from './settings.ts';
import { FieldcastStack } from './stack.ts';

/** What the CDK CLI runs. Settings come from the context key `fieldcast`. */
const app = new App();
try {
  new FieldcastStack(app, 'Fieldcast', { settings: parseSettings(app.node.tryGetContext('fieldcast')) });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
