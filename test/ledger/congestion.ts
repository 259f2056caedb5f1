import { isPlain, isTargetOf, mayHave } from '../../devices/ledger/entitled.ts';
import { keyOf, type Device, type Name, type Scene } from '../../devices/ledger/entries.ts';

/** Published and not yet posted to anybody. More, and what is measured is a queue that grows on a machine too slow for it. */
const most = 100;

/** How far posts are behind what was published, of devices of which somebody should have every reading. */
export type Congestion = {
  published: (name: Name) => void;
  posted: (name: Name) => void;
  isCongested: () => boolean;
};

export const createCongestion = ({ devices, viewers }: Scene): Congestion => {
  const isWatched = (device: Device): boolean =>
    viewers.some(
      (viewer) =>
        viewer.foreign !== true &&
        mayHave(viewer, device) &&
        viewer.subscriptions.some((one) => isPlain(one) && isTargetOf(one.to, device)),
    );
  const watched = new Set(devices.filter(isWatched).map(({ deviceId }) => deviceId));
  const waiting = new Set<string>();
  const posted = new Set<string>();
  return {
    // A message may come twice, the second time after its post.
    published: (name) => {
      if (watched.has(name.deviceId) && !posted.has(keyOf(name))) waiting.add(keyOf(name));
    },
    posted: (name) => {
      posted.add(keyOf(name));
      waiting.delete(keyOf(name));
    },
    isCongested: () => waiting.size > most,
  };
};
