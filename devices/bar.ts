import cliProgress from 'cli-progress';

const width = 30;
const options: cliProgress.Options = {
  barsize: width,
  barCompleteString: '='.repeat(width),
  barIncompleteString: '-'.repeat(width),
  barGlue: '',
};

/** A progress bar: `[======----]`. `share`: 0 to 1. */
export const shareBar = (share: number): string => `[${cliProgress.Format.BarFormat(share, options)}]`;

/** A progress bar: `[======----] 60% · 24 s left`. `done` of `total` seconds. */
export const bar = (done: number, total: number): string => {
  const share = Math.min(1, Math.max(0, done / total));
  const left = Math.ceil(Math.max(0, total - done));
  return `${shareBar(share)} ${Math.floor(share * 100)}% · ${left} s left`;
};
