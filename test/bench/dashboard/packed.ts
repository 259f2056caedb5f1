/** The items in runs whose JSON arrays have at most so many bytes; an item that is larger stands alone. */
export const packed = <T>(items: readonly T[], most: number): T[][] => {
  const runs: T[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = Buffer.byteLength(JSON.stringify(item)) + 1; // its comma, or a bracket
    if (bytes > room || runs.length === 0) {
      runs.push([]);
      room = most - 1;
    }
    runs.at(-1)?.push(item);
    room -= bytes;
  }
  return runs;
};
