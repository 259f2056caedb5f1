/** What came in a second. */
export type Flow = {
  readonly frames: number;
  /** `sensor_update`s, alone or in a batch. */
  readonly updates: number;
  /** Those they stand for, beyond themselves. */
  readonly folded: number;
  readonly bytes: number;
};

const spanSeconds = 10;
const nothing: Flow = { frames: 0, updates: 0, folded: 0, bytes: 0 };

/** Means over the last 10 s. */
export class Traffic {
  #seconds: { second: number; flow: { -readonly [Key in keyof Flow]: number } }[] = [];

  /** @param now epoch ms. */
  add({ frames, updates, folded, bytes }: Flow, now: number): void {
    const second = Math.floor(now / 1_000);
    let last = this.#seconds.at(-1);
    if (last?.second !== second) {
      this.#seconds.push((last = { second, flow: { ...nothing } }));
      if (this.#seconds.length > spanSeconds + 1) this.#seconds.shift();
    }
    last.flow.frames += frames;
    last.flow.updates += updates;
    last.flow.folded += folded;
    last.flow.bytes += bytes;
  }

  /** Per second, over the last 10 whole seconds. */
  read(now: number): Flow {
    const until = Math.floor(now / 1_000);
    const flows = this.#seconds
      .filter(({ second }) => second < until && second >= until - spanSeconds)
      .map(({ flow }) => flow);
    const mean = (key: keyof Flow): number => flows.reduce((sum, flow) => sum + flow[key], 0) / spanSeconds;
    return { frames: mean('frames'), updates: mean('updates'), folded: mean('folded'), bytes: mean('bytes') };
  }
}
