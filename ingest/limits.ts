/** Every limit on what a device may send, in one place. Beyond any of them a message is rejected with its reason. */
export const limits = {
  /** Bytes of the payload, and of its data once serialized again: a reading must fit into one 32 KB frame. */
  payloadBytes: 24 * 1024,
  /** Objects and arrays inside each other, the outermost included. */
  depth: 8,
  /** Fields of the payload's outermost object. */
  fields: 256,
  /** Characters of a field's name. */
  fieldNameCharacters: 128,
} as const;
