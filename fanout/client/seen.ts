/** Names, each remembered until `capacity` others came after it, and how many readings came under it. */
export type Seen = {
  /** False if it is remembered already, with as many readings or more. */
  add: (name: string, count?: number) => boolean;
  forget: (name: string) => void;
};

export const seenNames = (capacity: number): Seen => {
  // A Map iterates in the order of insertion.
  const counts = new Map<string, number>();
  return {
    add: (name, count = 1) => {
      if ((counts.get(name) ?? 0) >= count) return false;
      counts.delete(name);
      counts.set(name, count);
      const [oldest] = counts.keys();
      if (counts.size > capacity && oldest !== undefined) counts.delete(oldest);
      return true;
    },
    forget: (name) => void counts.delete(name),
  };
};
