import { emptyScale, widen, type Scale } from '../format.ts';
import { Heard } from './heard.ts';
import type { Sample } from './sample.ts';

/** Some hours at one reading a second; 32 fields of so many, with their bounds, are 15 MB. */
export const mostPoints = 20_000;
export const mostFields = 32;
/** So many more are forgotten at once, so that not every reading moves all that is kept. */
const slack = 1_000;
const firstRoom = 1_024;

export type Field = {
  readonly name: string;
  /** NaN where a reading does not have it. */
  values: Float64Array;
  /** Least and greatest of what was folded; undefined while nothing was. */
  bounds: { low: Float64Array; high: Float64Array } | undefined;
  /** To write all of its values alike. */
  scale: Scale;
};

type Stamps = {
  times: Float64Array;
  boots: Float64Array;
  seqs: Float64Array;
  counts: Float64Array;
  lates: Float64Array;
};

const roomFor = (points: number): Stamps => ({
  times: new Float64Array(points),
  boots: new Float64Array(points),
  seqs: new Float64Array(points),
  counts: new Float64Array(points),
  lates: new Float64Array(points),
});

const larger = (old: Float64Array, room: number): Float64Array => {
  const made = new Float64Array(room).fill(NaN);
  made.set(old);
  return made;
};

/** A device's readings in the order of their times, each once, by column: one of times, one of each number. */
export class Series {
  readonly fields = new Map<string, Field>();
  readonly heard = new Heard();
  length = 0;
  /** Names of numbers for which there is no room. */
  readonly left = new Set<string>();
  #stamps = roomFor(firstRoom);

  get stamps(): Readonly<Stamps> {
    return this.#stamps;
  }

  /** Takes readings in whatever order. Returns how many were news. */
  add(samples: readonly Sample[]): number {
    const sorted = samples.length < 2 ? samples : [...samples].sort((a, b) => a.time - b.time);
    const news = sorted.filter(
      (sample, at) => !this.#isRepeat(sample, sorted, at) && !this.#hasAgain(sample),
    );
    this.#hear(samples);
    const kept = this.#makeRoom(news);
    let end = this.length;
    for (let before = kept.length - 1; before >= 0; before -= 1) {
      const sample = kept[before];
      if (sample === undefined) continue;
      const at = this.placeAfter(sample.time, end);
      this.#shift(at, end, before + 1);
      this.#write(at + before, sample);
      end = at;
    }
    this.length += kept.length;
    return news.length;
  }

  /** The first place whose time is later. */
  placeAfter(time: number, end = this.length): number {
    const { times } = this.#stamps;
    let [low, high] = [0, end];
    if (end > 0 && (times[end - 1] ?? 0) <= time) return end; // as it nearly always is
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many readings are known to be missing right before that place. */
  missingBefore(at: number): number {
    const { boots, seqs, counts } = this.#stamps;
    const boot = boots[at] ?? NaN;
    const [before, first] = [seqs[at - 1] ?? NaN, (seqs[at] ?? NaN) - (counts[at] ?? 1) + 1];
    // Of a NaN nothing is true.
    if (at === 0 || boots[at - 1] !== boot || !(first > before + 1)) return 0;
    return this.heard.missing(boot, before + 1, first - 1);
  }

  #isRepeat(sample: Sample, sorted: readonly Sample[], at: number): boolean {
    for (let other = at - 1; other >= 0; other -= 1) {
      const earlier = sorted[other];
      if (earlier?.time !== sample.time) return false;
      if (isSame(earlier, sample)) return true;
    }
    return false;
  }

  /** Whether it is here already; takes what is news in it. */
  #hasAgain(sample: Sample): boolean {
    const { times, counts } = this.#stamps;
    for (let at = this.placeAfter(sample.time) - 1; at >= 0 && times[at] === sample.time; at -= 1) {
      if (!this.#isAt(at, sample)) continue;
      const known = counts[at] ?? 1;
      // Of what was folded the history has each reading.
      if (known > 1 && sample.count === 1) this.#write(at, sample);
      else if (sample.count > known && !this.#hasAllOf(sample)) this.#write(at, sample);
      return true;
    }
    return false;
  }

  #hasAllOf({ boot, seq, count }: Sample): boolean {
    return boot !== undefined && seq !== undefined && this.heard.missing(boot, seq - count + 1, seq) === 0;
  }

  /** Readings without `seq` are told by their numbers. */
  #isAt(at: number, { boot, seq, values }: Sample): boolean {
    const { boots, seqs } = this.#stamps;
    if (seq !== undefined) return seqs[at] === seq && Object.is(boots[at], boot ?? NaN);
    if (!Number.isNaN(seqs[at])) return false;
    return values.every(({ name, value }) => {
      const field = this.fields.get(name);
      return field === undefined || field.values[at] === value;
    });
  }

  #hear(samples: readonly Sample[]): void {
    for (const { boot, seq, count } of samples)
      if (boot !== undefined && seq !== undefined) this.heard.add(boot, Math.max(0, seq - count + 1), seq);
  }

  /** Forgets the oldest where there are too many. Returns those of `news` that stay. */
  #makeRoom(news: readonly Sample[]): readonly Sample[] {
    const { times } = this.#stamps;
    const excess = this.length + news.length - mostPoints;
    let [old, late] = [0, 0];
    for (let left = excess > 0 ? excess + slack : 0; left > 0; left -= 1)
      if (old < this.length && (times[old] ?? 0) <= (news[late]?.time ?? Infinity)) old += 1;
      else late += 1;
    if (old > 0) {
      for (const column of this.#columns()) column.copyWithin(0, old, this.length);
      this.length -= old;
    }
    this.#grow(this.length + news.length - late);
    return news.slice(late);
  }

  #grow(points: number): void {
    let room = this.#stamps.times.length;
    if (points <= room) return;
    while (room < points) room *= 2;
    room = Math.min(room, mostPoints);
    const { times, boots, seqs, counts, lates } = this.#stamps;
    this.#stamps = {
      times: larger(times, room),
      boots: larger(boots, room),
      seqs: larger(seqs, room),
      counts: larger(counts, room),
      lates: larger(lates, room),
    };
    for (const field of this.fields.values()) {
      field.values = larger(field.values, room);
      if (field.bounds === undefined) continue;
      const { low, high } = field.bounds;
      field.bounds = { low: larger(low, room), high: larger(high, room) };
    }
  }

  #columns(): Float64Array[] {
    const ofFields = [...this.fields.values()].flatMap(({ values, bounds }) =>
      bounds === undefined ? [values] : [values, bounds.low, bounds.high],
    );
    return [...Object.values(this.#stamps), ...ofFields];
  }

  #shift(from: number, end: number, by: number): void {
    if (from < end) for (const column of this.#columns()) column.copyWithin(from + by, from, end);
  }

  #write(at: number, { time, boot, seq, count, isLate, values }: Sample): void {
    const { times, boots, seqs, counts, lates } = this.#stamps;
    times[at] = time;
    boots[at] = boot ?? NaN;
    seqs[at] = seq ?? NaN;
    counts[at] = count;
    lates[at] = isLate ? 1 : 0;
    for (const { values: column, bounds } of this.fields.values()) {
      column[at] = NaN;
      if (bounds !== undefined) bounds.low[at] = bounds.high[at] = NaN;
    }
    for (const { name, value, low, high } of values) {
      const field = this.#fieldOf(name);
      if (field === undefined) continue;
      field.values[at] = value;
      field.scale = widen(field.scale, value);
      if (low !== value || high !== value) field.bounds ??= boundsOf(field.values);
      if (field.bounds === undefined) continue;
      field.bounds.low[at] = low;
      field.bounds.high[at] = high;
    }
  }

  #fieldOf(name: string): Field | undefined {
    const known = this.fields.get(name);
    if (known !== undefined) return known;
    if (this.fields.size >= mostFields) {
      if (this.left.size < mostFields) this.left.add(name);
      return undefined;
    }
    const room = this.#stamps.times.length;
    const made = { name, values: new Float64Array(room).fill(NaN), bounds: undefined, scale: emptyScale };
    this.fields.set(name, made);
    return made;
  }
}

const boundsOf = (values: Float64Array): { low: Float64Array; high: Float64Array } => ({
  low: values.slice(),
  high: values.slice(),
});

const isSame = (one: Sample, other: Sample): boolean => {
  if (one.seq !== undefined || other.seq !== undefined)
    return one.seq === other.seq && one.boot === other.boot;
  return (
    one.values.length === other.values.length &&
    one.values.every(
      ({ name, value }, at) => other.values[at]?.name === name && other.values[at].value === value,
    )
  );
};
