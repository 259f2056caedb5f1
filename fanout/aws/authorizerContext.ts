import * as z from 'zod/mini';
import type { Identity } from '../admission.ts';

const schema = z.object({
  principalId: z.string(),
  grants: z.pipe(
    z.pipe(
      z.string(),
      z.transform((text) => JSON.parse(text) as unknown),
    ),
    z.array(z.string()),
  ),
  expiresAt: z.pipe(z.string(), z.pipe(z.transform(Number), z.number())),
});

/**
 * An identity on its way from the authorizer to the handlers. API Gateway carries strings, numbers and booleans and
 * delivers each of them as a string.
 */
export const authorizerContext = {
  write: ({ grants, expiresAt }: Identity) => ({ grants: JSON.stringify(grants), expiresAt }),
  /** Throws on anything that {@link authorizerContext.write} did not write. */
  read: (context: unknown): Identity => {
    const { principalId: principal, grants, expiresAt } = schema.parse(context);
    return { principal, grants, expiresAt };
  },
};
