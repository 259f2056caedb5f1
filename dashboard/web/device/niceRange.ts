/** 1, 2 or 5 times a power of ten. */
const niceStep = (least: number): number => {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((one) => one * power >= least) ?? 10) * power;
};

/** A flat line, and a tremble, are given so much of their height above zero. */
const flatShare = 0.02;
const trembleShare = 0.001;

const spreadOf = (least: number, greatest: number): number => {
  const height = Math.max(Math.abs(least), Math.abs(greatest));
  return greatest > least ? Math.max(greatest - least, height * trembleShare) : height * flatShare;
};

/** Bounds for an axis that hold both values, with room, and stay as they are while the values move a little. */
export const niceRange = (least: number | undefined, greatest: number | undefined): [number, number] => {
  if (least === undefined || greatest === undefined) return [0, 1];
  const spread = spreadOf(least, greatest);
  if (spread < 1e-30) return [least - 1, greatest + 1];
  const [step, room] = [niceStep(spread / 4), spread / 20];
  const bottom = Math.floor((least - room) / step) * step;
  const top = Math.ceil((greatest + room) / step) * step;
  // What is never below zero has no axis below zero.
  return [least >= 0 ? Math.max(0, bottom) : bottom, greatest <= 0 ? Math.min(0, top) : top];
};
