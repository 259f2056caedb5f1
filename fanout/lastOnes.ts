/** Remembers the last `capacity` names that were added. */
export const lastOnes = (
  capacity: number,
): { add: (name: string) => void; delete: (name: string) => void; has: (name: string) => boolean } => {
  const names = new Set<string>(); // Iterates in the order of insertion.
  return {
    add: (name) => {
      names.delete(name);
      names.add(name);
      const [oldest] = names;
      if (names.size > capacity && oldest !== undefined) names.delete(oldest);
    },
    delete: (name) => void names.delete(name),
    has: (name) => names.has(name),
  };
};
