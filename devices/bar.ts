import cliProgress from 'cli-progress';

const width = 30;
const options: cliProgress.Options = {
  barsize: width,
  barCompleteString: '='.repeat(width),
  barIncompleteString: '-'.repeat(width),
  barGlue: '',
};

/** A progress bar: `[======----] 60% · 24 s left`. `done` of `total` seconds. */
export const bar = (done: number, total: number): string => {
  const share = Math.min(1, Math.max(0, done / total));
  const left = Math.ceil(Math.max(0, total - done));
  return `[${cliProgress.Format.BarFormat(share, options)}] ${Math.floor(share * 100)}% · ${left} s left`;
};
