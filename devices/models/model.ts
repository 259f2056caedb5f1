/** What a device measures at one moment: the data fields of its payload. */
export type Fields = Readonly<Record<string, number | boolean>>;

/** One device's physics: epoch milliseconds in, what it measures then. No state, no clock. */
export type Measure<F extends Fields = Fields> = (ts: number) => F;

/** A kind of device. */
export type Model<F extends Fields = Fields> = {
  /** Goes into the payload as `type`. */
  readonly type: string;
  /** First part of the device's name: `pump` makes `pump-002`. */
  readonly prefix: string;
  /** Settles the traits of one device. The same seed gives the same device for ever. */
  readonly device: (seed: number) => Measure<F>;
};
