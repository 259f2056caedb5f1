import { createHash } from 'node:crypto';
import type { FunctionSettings } from './functionSettings.ts';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The access key id of a function: `ASIA` (temporary credentials) and 16 base32 characters made from its name, so it
 * is the same at every start and tells callers apart in a signed request.
 */
export const accessKeyIdOf = (functionName: string): string => {
  const digest = createHash('sha256').update(functionName).digest();
  return `ASIA${[...digest.subarray(0, 16)].map((byte) => base32.charAt(byte % 32)).join('')}`;
};

/**
 * The whole `process.env` of a function: its own variables, Lambda's reserved ones (developer guide, "Defined runtime
 * environment variables"), and `added` by the twin, later ones winning. Nothing of the parent's environment.
 * `AWS_SESSION_TOKEN` is not here: each execution environment has its own. `TZ` is only told: a worker thread shares its process's time zone.
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
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  ...added,
});
