/** What the probe in a page has counted since it was last asked to begin. Times are ms. */
export type Probed = {
  readonly ms: number;
  /** Callbacks of requestAnimationFrame: the frames that the page's thread drew. */
  readonly frames: number;
  /** Between two of them, the p99. */
  readonly frameGapP99: number;
  readonly longTasks: number;
  readonly longestTask: number;
  /** How long an input at any moment would have waited for the page's thread. */
  readonly delayP99: number;
  readonly messages: number;
  readonly bytes: number;
  /** Readings in `sensor_batch` frames. */
  readonly updates: number;
};

/** A tile that is in the viewport: its device and what it shows as `count`. */
export type ShownTile = { readonly device: string; readonly count: string | undefined };

/** When things came about, ms after the navigation began; undefined if they did not. */
export type FirstOnes = {
  readonly paint: number | undefined;
  /** A tile shows a value. */
  readonly value: number | undefined;
  /** A reading was pushed, not found in a snapshot. */
  readonly pushed: number | undefined;
};

/** What stands in `window.fieldcastProbe`. */
export type Probe = {
  readonly begin: () => void;
  readonly read: () => Probed;
  readonly tiles: () => ShownTile[];
  readonly first: () => FirstOnes;
  /** Looks five times a second from now on whether there is a tile in the middle of the screen. */
  readonly watchForHoles: () => void;
  readonly looks: () => { looks: number; blank: number };
};
