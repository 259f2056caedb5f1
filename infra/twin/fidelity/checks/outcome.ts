import type { Observation } from '../check.ts';

type Answered = { readonly $metadata: { readonly httpStatusCode?: number } };

const isAnswered = (error: unknown): error is Error & Answered =>
  error instanceof Error && '$metadata' in error;

/** What a call of an SDK came to: its status, and with it the name of its error. */
export const outcomeOf = async (call: Promise<Answered>): Promise<Observation> => {
  try {
    return (await call).$metadata.httpStatusCode ?? null;
  } catch (error) {
    if (!isAnswered(error)) throw error;
    return [error.$metadata.httpStatusCode ?? null, error.name];
  }
};
