import { NotKept, type Journal, type OpenJournal } from './journal.ts';

/** Journals in memory for tests: opened again, they have what is written. While `isFull`, they refuse. */
export const memoryJournals = (): { open: OpenJournal; isFull: boolean } => {
  const files = new Map<string, Map<string, string>>();
  const open = <Value extends object>(name: string): Journal<Value> => {
    const file = files.get(name) ?? new Map<string, string>();
    files.set(name, file);
    const read = (text: string): Value => JSON.parse(text) as Value; // As it was written.
    return {
      isKept: true,
      entries: () => [...file].map(([key, text]) => [key, read(text)] as const),
      put: async (key, value) => {
        await Promise.resolve();
        if (journals.isFull) throw new NotKept('the disk is full');
        file.set(key, JSON.stringify(value));
      },
      amend: (key, change) => {
        const text = file.get(key);
        if (text !== undefined) file.set(key, JSON.stringify({ ...read(text), ...change }));
      },
      remove: (key) => void file.delete(key),
      close: () => Promise.resolve(),
    };
  };
  const journals = { open, isFull: false };
  return journals;
};
