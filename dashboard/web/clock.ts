import { signal } from '@preact/signals';

/** Epoch ms by this browser's clock; moves once a second. */
const browserNow = signal(Date.now());
/** How far the server's clock is ahead of this browser's. */
const ahead = signal(0);

setInterval(() => (browserNow.value = Date.now()), 1_000);

/** Epoch ms by the server's clock, which stamped the readings; ages reckoned by this browser's own might be wrong. */
export const serverNow = (): number => browserNow.value + ahead.value;

export const setServerTime = (serverTime: number): void => void (ahead.value = serverTime - Date.now());
