/** What the page remembers of one field: times ascending, epoch ms; a value at each. */
export type Series = { readonly times: number[]; readonly values: number[] };

export const emptySeries = (): Series => ({ times: [], values: [] });

/** 300 points are 5 minutes at one reading a second, and about as many as a chart has pixels to show. */
const capacity = 300;
const windowMs = 5 * 60 * 1000;

const trim = ({ times, values }: Series): void => {
  const newest = times.at(-1) ?? 0;
  let surplus = Math.max(0, times.length - capacity);
  while ((times[surplus] ?? newest) < newest - windowMs) surplus++;
  times.splice(0, surplus);
  values.splice(0, surplus);
};

/** Adds a point at its place; readings may come late, and a snapshot brings one again. Forgets what is over 5 minutes or 300 points old. */
export const addPoint = (series: Series, time: number, value: number): void => {
  const { times, values } = series;
  let at = times.length;
  while (at > 0 && (times[at - 1] ?? 0) > time) at--;
  if (times[at - 1] === time && values[at - 1] === value) return;
  times.splice(at, 0, time);
  values.splice(at, 0, value);
  trim(series);
};
