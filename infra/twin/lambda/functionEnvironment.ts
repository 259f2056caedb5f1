import { accessKeyIdOf } from './accessKey.ts';
import type { FunctionSettings } from './functionSettings.ts';

/**
 * The whole `process.env` of a function: its own variables, Lambda's reserved ones (developer guide, "Defined runtime
 * environment variables"), and `added` by the twin, later ones winning. Nothing of the parent's environment.
 * `TZ` is only told: a worker thread shares its process's time zone.
 */
export const functionEnvironment = (
  settings: FunctionSettings,
  region: string,
  added: Readonly<Record<string, string>>,
): Record<string, string> => ({
  ...settings.variables,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_LAMBDA_FUNCTION_NAME: settings.name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup,
  AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
  _HANDLER: settings.handler,
  LAMBDA_TASK_ROOT: settings.code,
  TZ: ':UTC',
  AWS_ACCESS_KEY_ID: accessKeyIdOf(settings.name),
  AWS_SECRET_ACCESS_KEY: 'twin',
  AWS_SESSION_TOKEN: 'twin',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  ...added,
});
