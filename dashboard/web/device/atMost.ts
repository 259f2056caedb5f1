export type Pacing = {
  /** There is something to draw. */
  readonly touch: () => void;
  readonly end: () => void;
};

type Dependencies = {
  nextFrame: (draw: () => void) => unknown;
  later: (call: () => void, ms: number) => unknown;
  /** ms, for spans. */
  clock: () => number;
};

/** Draws in a frame of the browser, with so many ms between two drawings, and only when there is something. */
export const atMost = (
  restMs: number,
  { nextFrame, later, clock }: Dependencies,
  draw: () => void,
): Pacing => {
  let drawnAt = -Infinity;
  let isWaiting = false;
  let isEnded = false;
  const frame = (): void => {
    isWaiting = false;
    if (isEnded) return;
    drawnAt = clock();
    draw();
  };
  return {
    touch: () => {
      if (isWaiting || isEnded) return;
      isWaiting = true;
      const rest = drawnAt + restMs - clock();
      if (rest > 0) later(() => nextFrame(frame), rest);
      else nextFrame(frame);
    },
    end: () => (isEnded = true),
  };
};
