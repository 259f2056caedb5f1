export type Emit<Events> = <Name extends keyof Events>(name: Name, event: Events[Name]) => void;

/** Listeners by event name. */
export type Listeners<Events extends Record<string, unknown>> = {
  /** Calls `listener` at each event of that name. Returns what stops it. */
  on: <Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void) => () => void;
  emit: Emit<Events>;
};

/** A listener that throws is its owner's defect: the others still hear, and the error goes to the host. */
const callAll = <E>(listeners: Iterable<(event: E) => void>, event: E): void => {
  for (const listener of [...listeners])
    try {
      listener(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
};

export const listeners = <Events extends Record<string, unknown>>(): Listeners<Events> => {
  const byName: { [Name in keyof Events]?: Set<(event: Events[Name]) => void> } = {};
  return {
    on: (name, listener) => {
      const set = (byName[name] ??= new Set());
      set.add(listener);
      return () => void set.delete(listener);
    },
    emit: (name, event) => callAll(byName[name] ?? [], event),
  };
};
