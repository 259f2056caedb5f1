/** What turns in a machine. */
export type Shaft = {
  /** Turns per second at nominal speed. */
  readonly hertz: number;
  /** Vanes of the impeller: each passes the outlet once a turn. */
  readonly vanes: number;
};

export type Shaking = {
  /** mm/s RMS of the even running, all bands together. */
  readonly hums: number;
  /** mm/s RMS of a knock. */
  readonly knocks: number;
  /** 0 new to 1 worn out. */
  readonly wear: number;
};

/** Middle frequencies of octave bands, Hz (ISO 266). */
export const octaveBands = [16, 31.5, 63, 125, 250, 500, 1_000, 2_000] as const;

/** mm/s that every sensor shows at standstill, in each band. */
const floor = 0.03;

export const rootSumOfSquares = (values: readonly number[]): number => Math.hypot(...values);

const indexOf = (hertz: number): number => {
  const last = octaveBands.length - 1;
  const index = octaveBands.findIndex((middle) => hertz < middle * Math.SQRT2);
  return index === -1 ? last : index;
};

/**
 * Shares of the energy: unbalance at once a turn, misalignment at twice, the vanes at their number of times a turn, and
 * bearings from 500 Hz up. The last grow most with wear, which is how worn bearings are found.
 */
const sharesOf = ({ hertz, vanes }: Shaft, wear: number): readonly number[] => {
  const shares = new Array<number>(octaveBands.length).fill(0.01);
  const add = (index: number, share: number): void => {
    shares[index] = (shares[index] ?? 0) + share;
  };
  add(indexOf(hertz), 0.5);
  add(indexOf(2 * hertz), 0.2 + 0.2 * wear);
  add(indexOf(vanes * hertz), 0.18);
  for (const [index, share] of [0.5, 0.9, 0.6].entries()) add(indexOf(500) + index, share * wear ** 2);
  return shares;
};

/** A knock is heard in the middle bands. */
const knockShares = [0, 0.02, 0.08, 0.2, 0.3, 0.25, 0.1, 0.05];

/** mm/s RMS in each of the octave bands. Their root sum of squares is `hums` and `knocks` together. */
export const bandsOf = (shaft: Shaft, { hums, knocks, wear }: Shaking): readonly number[] => {
  const shares = sharesOf(shaft, wear);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share, index) =>
    Math.sqrt(floor ** 2 + (hums ** 2 * share) / total + knocks ** 2 * (knockShares[index] ?? 0)),
  );
};
