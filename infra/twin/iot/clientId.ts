import { Buffer } from 'node:buffer';
import { maxClientIdBytes } from './limits.ts';

/**
 * Whether the twin lets a client connect under this id: 1-128 UTF-8 bytes without control characters and without the
 * wildcards of topics (`+`, `#`) and of policies (`*`, `?`), which in a policy variable would widen what it allows.
 */
export const isValidClientId = (id: string): boolean =>
  id !== '' && Buffer.byteLength(id) <= maxClientIdBytes && !/[\p{Cc}\p{Surrogate}+#*?]/u.test(id);
