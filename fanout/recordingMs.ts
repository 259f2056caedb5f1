/**
 * How old a reading may be, by its time of recording, when its recording is complete; and by how much the clocks of two
 * invocations may differ in addition. ms. Recording keeps to a half of it, so a replay that begins this much earlier than
 * it must has everything.
 */
export const recordingMs = 4_000;
