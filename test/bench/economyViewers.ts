import { countReadings, sumOf, type Received } from './economyReceived.ts';
import { devicesOf, viewersOf, type Scene, type SceneViewer } from './economyScene.ts';
import { openViewer, type ViewerDoor } from './openViewer.ts';
import { readingsInFrame } from './readingsInFrame.ts';

export type RunningViewers = {
  read: () => Received;
  close: () => void;
};

/** Opens the scene's viewers: plain WebSockets that count by name what they get. */
export const openViewers = async (
  scene: Scene,
  doorOf: (viewer: SceneViewer) => Promise<ViewerDoor>,
): Promise<RunningViewers> => {
  const devices = devicesOf(scene);
  const viewers = await Promise.all(
    viewersOf(scene).map(async (viewer) => {
      const wanted = devices.filter(({ region }) => region === viewer.region).map(({ id }) => id);
      const count = countReadings(wanted, scene.seconds);
      const receive = (text: string): void => readingsInFrame(text).forEach(count.add);
      return { count, socket: await openViewer(await doorOf(viewer), receive) };
    }),
  );
  return {
    read: () => sumOf(viewers.map(({ count }) => count.read())),
    close: () => viewers.forEach(({ socket }) => socket.terminate()),
  };
};
