/** What an application was handed of one device, by `seq`, in that order. */
export type Stream = readonly number[];

/**
 * What is wrong with a stream that should have every reading from the first one handed out to `until` (inclusive), once.
 * One from before the first may come late, and promises nothing of those between.
 */
export type Faults = { readonly missing: readonly number[]; readonly twice: readonly number[] };

/** Order does not matter here: a late reading is marked, not lost. */
export const faultsIn = (stream: Stream, until: number): Faults => {
  const times = new Map<number, number>();
  for (const seq of stream) times.set(seq, (times.get(seq) ?? 0) + 1);
  const first = Math.min(until, stream[0] ?? until);
  const expected = Array.from({ length: until - first + 1 }, (_, n) => first + n);
  return {
    missing: expected.filter((seq) => !times.has(seq)),
    twice: [...times].filter(([, count]) => count > 1).map(([seq]) => seq),
  };
};

/** One sentence on a faulty stream, undefined for a whole one. */
export const faultSentence = (what: string, { missing, twice }: Faults): string | undefined => {
  const parts = [
    ...(missing.length > 0 ? [`${missing.length} missing (${missing.slice(0, 5).join(', ')} …)`] : []),
    ...(twice.length > 0 ? [`${twice.length} handed out twice (${twice.slice(0, 5).join(', ')} …)`] : []),
  ];
  return parts.length === 0 ? undefined : `${what}: ${parts.join(', ')}`;
};

/** Those that came after a newer one and do not say so. An application that takes the last to come would go back in time. */
export const disorderedIn = (updates: readonly { seq: number; late?: true | undefined }[]): number[] => {
  let newest = -1;
  return updates.flatMap(({ seq, late }) => {
    const isOlder = seq < newest;
    newest = Math.max(newest, seq);
    return isOlder && late !== true ? [seq] : [];
  });
};
