import { isObject, own } from '../json.ts';

/** Which messages of a batch stay in the queue: those of these ids, or all because of what is said in `why`. */
export type BatchOutcome = { failed: ReadonlySet<string> } | { why: string };

const none: BatchOutcome = { failed: new Set() };

/**
 * Reads what a function with ReportBatchItemFailures returned (Lambda guide, "Implementing partial batch responses",
 * success and failure conditions): nothing, or an empty or null `batchItemFailures`, is success; an entry without a
 * message id of the batch fails the whole batch.
 */
export const readBatchResponse = (payload: unknown, ids: ReadonlySet<string>): BatchOutcome => {
  if (payload === null || payload === '') return none;
  if (!isObject(payload)) return { why: 'it is not an object' };
  const failures = payload['batchItemFailures'] ?? [];
  if (!Array.isArray(failures)) return { why: 'its batchItemFailures is not a list' };
  const identifiers: unknown[] = failures.map((failure) => own(failure, 'itemIdentifier'));
  const stray = identifiers.findIndex((id) => typeof id !== 'string' || !ids.has(id));
  if (stray < 0) return { failed: new Set(identifiers.map(String)) };
  // With undefined it would be no text at all.
  return {
    why: `its itemIdentifier ${JSON.stringify(identifiers[stray] ?? null)} is no messageId of the batch`,
  };
};
