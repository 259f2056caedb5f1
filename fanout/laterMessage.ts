import * as z from 'zod/mini';
import type { Fold } from './fold.ts';
import type { TargetKey } from './target.ts';

/** Only `Later` writes these, and `redrive` what had been written before. */
const isFold = (value: unknown): boolean => typeof value === 'object' && value !== null && 'last' in value;

const isText = (value: unknown): boolean => typeof value === 'string';

/** What is put off, as a queue holds it. */
export const laterMessage = z.union([
  z.object({ flush: z.object({ connectionId: z.string(), deviceId: z.string() }) }),
  z.object({
    forget: z.array(
      z.object({ target: z.custom<TargetKey>(isText), connectionId: z.string(), id: z.string() }),
    ),
  }),
  z.object({
    resend: z.object({
      connectionIds: z.array(z.string()),
      folds: z.array(z.custom<Fold>(isFold)),
      attempt: z.int(),
      debt: z.exactOptional(z.string()),
    }),
  }),
]);
export type LaterMessage = z.infer<typeof laterMessage>;
