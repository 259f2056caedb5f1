/** Names, each remembered until `capacity` others came after it. */
export type Seen = {
  /** False if it is remembered already. */
  add: (name: string) => boolean;
  forget: (name: string) => void;
};

export const seenNames = (capacity: number): Seen => {
  // A Set iterates in the order of insertion.
  const names = new Set<string>();
  return {
    add: (name) => {
      if (names.has(name)) return false;
      names.add(name);
      const [oldest] = names;
      if (names.size > capacity && oldest !== undefined) names.delete(oldest);
      return true;
    },
    forget: (name) => void names.delete(name),
  };
};
