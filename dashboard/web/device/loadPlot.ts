import type { keepPlot } from './plot.ts';

type Plotting = { keepPlot: typeof keepPlot };

let loading: Promise<Plotting> | undefined;

const load = async (): Promise<Plotting> => {
  try {
    return await import('./plot.ts');
  } catch (error) {
    loading = undefined; // The next chart tries again.
    throw error;
  }
};

/** What draws charts is half as large as the rest of the page, so it comes by itself, later. */
export const loadPlot = (): Promise<Plotting> => (loading ??= load());
