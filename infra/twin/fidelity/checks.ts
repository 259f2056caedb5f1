import type { Check } from './check.ts';
import { callbacks } from './checks/callbacks.ts';
import { handshakes } from './checks/handshakes.ts';
import { messages } from './checks/messages.ts';
import { queues } from './checks/queues.ts';
import { tables } from './checks/tables.ts';
import { things } from './checks/things.ts';

/** Every rule that can be seen from outside. */
export const checks: readonly Check[] = [
  ...handshakes,
  ...messages,
  ...callbacks,
  ...queues,
  ...tables,
  ...things,
];
