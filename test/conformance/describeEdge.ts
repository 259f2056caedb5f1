import { describe, expect, it } from 'vitest';
import { errorCodes, frames, type ErrorCode, type FrameType } from '../../fanout/protocol.ts';
import { newMet, runCheck } from './bench.ts';
import { checks } from './checks.ts';
import type { Edge } from './edge.ts';

/** Nobody outside can have the edge forget a connection, or wait for two hours. */
const notMet: readonly (ErrorCode | FrameType)[] = ['unknown_connection', 'rollover'];

/** Holds an edge to the contract. `edgeOf` is called when the tests run, so that it may be started before them. */
export const describeEdge = (name: string, edgeOf: () => Edge): void => {
  describe(name, () => {
    const met = newMet();
    describe.concurrent('is held to the contract', () => {
      for (const check of checks.filter(({ slow }) => slow !== true))
        it(
          check.name,
          async ({ skip }) => {
            if (check.needs?.(edgeOf()) === false) skip();
            await runCheck(check, edgeOf(), met);
          },
          130_000,
        );
    });

    it('shows every frame and every error code meanwhile', () => {
      const all: string[] = [...Object.keys(frames), ...errorCodes];
      const shown = [...met.frames, ...met.codes, ...notMet];
      expect(all.filter((one) => !shown.some((seen) => seen === one))).toEqual([]);
    });
  });
};
