import type * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

/**
 * Reads and checks the settings of one deployable, once, at start. Throws an error that names each variable that is
 * wrong and what was expected of it.
 */
export const environment = <T extends z.ZodMiniType>(schema: T): z.infer<T> => {
  const parsed = schema.safeParse(process.env, { error: en().localeError });
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`Set the environment right and start again. ${wrong.join('; ')}`);
};
