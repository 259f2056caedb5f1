/** How many devices speak how often, and how long it is looked at. */
export type Feed = { readonly devices: number; readonly perSecond: number };

export type Scene = {
  /** The devices of the load, all of which are to be seen at once. */
  readonly load: Feed;
  /** The devices of the list that is scrolled through. */
  readonly list: Feed;
  /** Nothing is measured before a page ran for so long. */
  readonly warmUpSeconds: number;
  /** For how long our page is measured, and the naive one. */
  readonly seconds: number;
  readonly naiveSeconds: number;
  /** Of the end of that, so much is traced. */
  readonly traceSeconds: number;
  readonly scrollSeconds: number;
  /** How often a page is opened in front of a warm twin. */
  readonly opens: number;
};

export const region = 'bench';

/** @param minutes for which our page is measured after its warm-up, which is the first of them. */
export const standardScene = (minutes: number): Scene => ({
  load: { devices: 500, perSecond: 10 },
  list: { devices: 10_000, perSecond: 0.1 },
  warmUpSeconds: 60,
  seconds: Math.max(10, 60 * (minutes - 1)),
  naiveSeconds: Math.min(60, Math.max(10, 60 * (minutes - 1))),
  traceSeconds: 10,
  scrollSeconds: 10,
  opens: 5,
});

/** Small enough for any machine; what it shows of time means nothing. */
export const shortScene: Scene = {
  load: { devices: 60, perSecond: 2 },
  list: { devices: 2_000, perSecond: 0.05 },
  warmUpSeconds: 2,
  seconds: 3,
  naiveSeconds: 2,
  traceSeconds: 1,
  scrollSeconds: 2,
  opens: 1,
};

/** Room for every device on one screen: CSS px, by the page's small cells and what stands above them. */
export const viewportFor = (devices: number): { width: number; height: number } => {
  const [pitchX, pitchY, chrome, sides] = [128, 68, 330, 64];
  const columns = Math.max(4, Math.ceil(Math.sqrt(devices * 1.05)));
  return { width: columns * pitchX + sides, height: Math.ceil(devices / columns) * pitchY + chrome };
};
