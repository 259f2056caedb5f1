import type { CDPSession } from 'playwright-core';

/** What a page holds once its garbage is gone, bytes: JavaScript's heap, the DOM's, and the buffers outside of either. */
export const heapOf = async (cdp: CDPSession): Promise<number> => {
  await cdp.send('HeapProfiler.enable');
  // What the first collection finalizes, the second frees.
  for (const _ of [1, 2]) await cdp.send('HeapProfiler.collectGarbage');
  const usage = await cdp.send('Runtime.getHeapUsage');
  return usage.usedSize + usage.embedderHeapUsedSize + usage.backingStorageSize;
};
