/** Something is missing and nothing happened for so long: the first retry of an asynchronous event, after a minute, was in vain. */
export const hopelessMs = 75_000;
