/** One value of a payload: a scalar as JSON has it, or a flat list of numbers such as a spectrum. */
export type FieldValue = number | boolean | string | null | readonly number[];

/** What a device measures at one moment: the data fields of its payload. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** One device's physics: epoch milliseconds in, what it measures then. Pure: any moment, in any order, alike everywhere. */
export type Measure<F extends Fields = Fields> = (ts: number) => F;

/** What a field is, for people. */
export type FieldInfo = {
  /** As printed behind the value: `°C`, `bar`. */
  readonly unit?: string;
  readonly description: string;
};

/** A kind of device. */
export type Model<F extends Fields = Fields> = {
  /** Goes into the payload as `type`. */
  readonly type: string;
  /** First part of the device's name: `pump` makes `pump-002`. */
  readonly prefix: string;
  /** One sentence. */
  readonly description: string;
  /** Every field that it measures, in the order of the payload. */
  readonly fields: Readonly<Record<keyof F & string, FieldInfo>>;
  /** Settles the traits of one device. The same seed gives the same device for ever. What moves, moves in `region`. */
  readonly device: (seed: number, region?: string) => Measure<F>;
};
