import type { Context } from 'aws-lambda';

/** What an invocation keeps for handing over what it could not send, and for its metrics, ms. */
const reserveMs = 2_500;

/** Until when this invocation may push, epoch ms. */
export const pushUntil = ({ getRemainingTimeInMillis }: Pick<Context, 'getRemainingTimeInMillis'>): number =>
  Date.now() + getRemainingTimeInMillis() - reserveMs;
