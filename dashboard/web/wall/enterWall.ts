import { changeView } from '../view/viewSignal.ts';

/** Nothing to click on, as large as the screen is. A browser that refuses to be full screen shows the same in its window. */
export const enterWall = (): void => {
  changeView({ wall: true, panel: undefined, open: undefined });
  // Phones have none.
  if (document.fullscreenEnabled) document.documentElement.requestFullscreen().catch(() => undefined);
};

export const leaveWall = (): void => {
  changeView({ wall: false });
  if (document.fullscreenElement !== null) document.exitFullscreen().catch(() => undefined);
};
