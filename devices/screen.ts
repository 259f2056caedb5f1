/** Where a run is shown: the part of `process.stdout` that is needed. */
export type Screen = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write: (text: string) => unknown;
};
