/**
 * What must survive a twin that is killed, entry by entry. `Value` is plain JSON.
 */
export type Journal<Value> = {
  /** Whether there is a file behind it. */
  readonly isKept: boolean;
  /** What it holds, in the order of writing: right after the start, what a former twin left. */
  entries: () => readonly (readonly [key: string, value: Value])[];
  /** Resolves once the entry is written. Rejects with {@link NotKept} when it cannot be; then it is not in the journal. */
  put: (key: string, value: Value) => Promise<void>;
  /** Changes part of an entry, sooner or later; nothing happens when there is none of this key. */
  amend: (key: string, change: Partial<Value>) => void;
  /** Takes an entry out, sooner or later: a twin killed in between finds it again. */
  remove: (key: string) => void;
  /** Writes what is left to write. Whatever comes later is ignored. */
  close: () => Promise<void>;
};

/** Opens the journal of this name; one that is open is not opened twice. */
export type OpenJournal = <Value extends object>(name: string) => Journal<Value>;

/** The journal could not be written, so what it was asked to keep must not be acknowledged. */
export class NotKept extends Error {
  override readonly name = 'NotKept';
}

/** Keeps nothing: for a twin whose state ends with it. */
export const noJournal: OpenJournal = () => ({
  isKept: false,
  entries: () => [],
  put: () => Promise.resolve(),
  amend: () => undefined,
  remove: () => undefined,
  close: () => Promise.resolve(),
});
