const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const number = /\b\d+\b/g;

/** What the twin reported, lines that differ in numbers only as one, with how often; numbers are those of the first. */
export const reportedKinds = (reported: readonly string[]): string[] => {
  const kinds = new Map<string, { first: string; times: number }>();
  for (const line of reported) {
    const kind = line.replace(uuid, '').replace(number, '');
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, { first: line, times: 1 });
    else known.times += 1;
  }
  return [...kinds.values()].map(({ first, times }) => (times === 1 ? first : `${first} (${times} times)`));
};
