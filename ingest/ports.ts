import type { RejectReason } from './rejectReasons.ts';
import type { RuleEvent } from './rule.ts';

/** A message that is no reading, with the bytes it came in (base64) and why. */
export type Reject = RuleEvent & { readonly reason: RejectReason };

/** Where rejects are kept for somebody to look at. */
export type Rejects = {
  /** Resolves once the reject is kept; throws if it cannot be. */
  keep: (reject: Reject) => Promise<void>;
};
