/** Both inclusive. */
type Span = { from: number; to: number };

/** What is remembered of a device that leaves holes all the time, or restarts all the time. */
const mostBoots = 16;
const mostSpans = 500;

/** Which readings of a device came, by `boot` and `seq`: as spans, since nearly all do. */
export class Heard {
  readonly #boots = new Map<number, Span[]>();

  /** The readings from one `seq` to another came, both inclusive. */
  add(boot: number, from: number, to: number): void {
    const spans = this.#spansOf(boot);
    let at = spans.length;
    while (at > 0 && (spans[at - 1]?.from ?? 0) > from) at -= 1;
    spans.splice(at, 0, { from, to });
    join(spans, Math.max(0, at - 1));
    // The oldest holes are forgotten first.
    if (spans.length > mostSpans) spans.splice(0, 2, { from: spans[0]?.from ?? 0, to: spans[1]?.to ?? 0 });
  }

  /** How many of these did not come. */
  missing(boot: number, from: number, to: number): number {
    const spans = this.#boots.get(boot) ?? [];
    let left = Math.max(0, to - from + 1);
    for (let at = spans.length - 1; at >= 0 && left > 0; at -= 1) {
      const span = spans[at];
      if (span === undefined || span.to < from) break;
      left -= Math.max(0, Math.min(span.to, to) - Math.max(span.from, from) + 1);
    }
    return left;
  }

  #spansOf(boot: number): Span[] {
    const known = this.#boots.get(boot);
    if (known !== undefined) return known;
    const [oldest] = this.#boots.keys();
    if (this.#boots.size >= mostBoots && oldest !== undefined) this.#boots.delete(oldest);
    const made: Span[] = [];
    this.#boots.set(boot, made);
    return made;
  }
}

/** Makes one of those from `at` on that touch or overlap. */
const join = (spans: Span[], at: number): void => {
  let [left, right] = [spans[at], spans[at + 1]];
  let place = at;
  while (left !== undefined && right !== undefined && (place <= at + 1 || right.from <= left.to + 1)) {
    if (right.from <= left.to + 1) {
      left.to = Math.max(left.to, right.to);
      spans.splice(place + 1, 1);
    } else place += 1;
    [left, right] = [spans[place], spans[place + 1]];
  }
};
