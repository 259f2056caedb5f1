import { setFlagsFromString } from 'node:v8';

/**
 * The limits of a function's thread, as `/var/runtime/bootstrap` of Lambda's images gives them to Node: 5 % of the memory is a semi-space, of which
 * the young generation has three, and 90 % are for what lives longer. V8 would give every thread the semi-space of the
 * command line (`--max-semi-space-size`) and pass over its own limit, so the flag is taken back: the twin's heap is set up by
 * then and keeps what it was given. Measured with a thread that only allocates: it adds 82 MB to the process at 256 MB and
 * 123 at 512; with Node's own default it would be 98 at either.
 *
 * @param memoryMb Of the function, MB: 128 to 10,240.
 */
export const threadHeap = (memoryMb: number) => {
  setFlagsFromString('--max-semi-space-size=0');
  const forNew = Math.floor(memoryMb / 10);
  return {
    maxOldGenerationSizeMb: memoryMb - forNew,
    maxYoungGenerationSizeMb: 3 * Math.floor(forNew / 2),
  };
};
