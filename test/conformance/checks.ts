import type { Check } from './edge.ts';
import { filterChecks } from './filterChecks.ts';
import { handshakeChecks } from './handshakeChecks.ts';
import { limitChecks } from './limitChecks.ts';
import { requestChecks } from './requestChecks.ts';
import { secrecyChecks } from './secrecyChecks.ts';
import { subscribeChecks } from './subscribeChecks.ts';
import { tokenChecks } from './tokenChecks.ts';

/** All that an edge is held to. */
export const checks: readonly Check[] = [
  ...handshakeChecks,
  ...requestChecks,
  ...subscribeChecks,
  ...filterChecks,
  ...secrecyChecks,
  ...tokenChecks,
  ...limitChecks,
];
