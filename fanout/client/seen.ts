/** Names, each remembered until `capacity` others came after it, and how many readings came under it. */
export type Seen = {
  /** False if it is remembered already, with as many readings or more. */
  add: (name: string, count?: number) => boolean;
  forget: (name: string) => void;
};

export const seenNames = (capacity: number): Seen => {
  const known = new Map<string, { readonly count: number; readonly place: number }>();
  // A ring. The first key of the Map would be the oldest too, but to find it V8 walks over all that were deleted before.
  const names: string[] = [];
  let next = 0;
  return {
    add: (name, count = 1) => {
      if ((known.get(name)?.count ?? 0) >= count) return false;
      const oldest = names[next];
      if (oldest !== undefined && known.get(oldest)?.place === next) known.delete(oldest);
      names[next] = name;
      known.set(name, { count, place: next });
      next = (next + 1) % capacity;
      return true;
    },
    forget: (name) => void known.delete(name),
  };
};
