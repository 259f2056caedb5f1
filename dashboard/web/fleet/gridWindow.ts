export type GridWindow = {
  readonly columns: number;
  readonly rows: number;
  /** The places to draw: from this one to below that one. */
  readonly from: number;
  readonly to: number;
  /** Of these, the places that are on the screen. */
  readonly seenFrom: number;
  readonly seenTo: number;
};

/** Rows drawn beyond either edge of the screen, so that a scroll meets tiles. */
const overscan = 2;

/**
 * Which places of a grid are to be drawn.
 *
 * @param top how far the grid's top is above that of the screen, px; negative below it.
 */
export const gridWindow = (
  count: number,
  {
    width,
    height,
    top,
    tile,
    gap,
  }: { width: number; height: number; top: number; tile: { width: number; height: number }; gap: number },
): GridWindow => {
  const columns = Math.max(1, Math.floor((width + gap) / (tile.width + gap)));
  const rows = Math.ceil(count / columns);
  const pitch = tile.height + gap;
  const firstRow = Math.min(rows, Math.max(0, Math.floor(top / pitch)));
  const lastRow = Math.min(rows, Math.max(firstRow, Math.ceil((top + height) / pitch)));
  const place = (row: number): number => Math.min(count, Math.max(0, Math.min(rows, row)) * columns);
  return {
    columns,
    rows,
    from: place(firstRow - overscan),
    to: place(lastRow + overscan),
    seenFrom: place(firstRow),
    seenTo: place(lastRow),
  };
};
