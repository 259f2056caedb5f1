import { fullJitter } from '../backoff.ts';

type Settings = {
  /** Begins an attempt; its end is told by `closed()`. */
  readonly connect: () => void;
  /** Ends the connection or attempt of now at once, which `closed()` tells. */
  readonly cut: () => void;
  /** In [0, 1). */
  readonly random: () => number;
};

export type Attempts = {
  /** A connection or an attempt has ended. */
  closed: () => void;
  /** The connection has been of use: the next back-off begins small again. */
  proven: () => void;
  /** See DeviceConnection. */
  drop: () => void;
  resume: () => void;
  /** No further attempt. */
  end: () => void;
  /** Whether the end of this connection is our own doing. */
  isCut: () => boolean;
  isEnded: () => boolean;
};

/**
 * When to connect again: at once after `resume`, else after a jittered back-off. It grows until a connection is `proven`,
 * not merely there, because a broker may close each one on its first message. Call it once an attempt is under way.
 */
export const attempts = ({ connect, cut, random }: Settings): Attempts => {
  let state: 'trying' | 'dropped' | 'ended' = 'trying';
  let [isClosed, isCut, isResumed, failures] = [false, false, false, 0];
  let timer: NodeJS.Timeout | undefined;

  const attempt = (): void => {
    isClosed = false;
    isResumed = false;
    connect();
  };
  return {
    closed: () => {
      [isClosed, isCut] = [true, false];
      if (state !== 'trying') return;
      clearTimeout(timer);
      timer = setTimeout(attempt, isResumed ? 0 : fullJitter(failures++, random()));
    },
    proven: () => (failures = 0),
    drop: () => {
      if (state !== 'trying') return;
      state = 'dropped';
      clearTimeout(timer);
      if (isClosed) return;
      isCut = true;
      cut();
    },
    resume: () => {
      if (state !== 'dropped') return;
      state = 'trying';
      failures = 0;
      isResumed = true;
      if (isClosed) attempt();
    },
    end: () => {
      state = 'ended';
      clearTimeout(timer);
    },
    isCut: () => isCut,
    isEnded: () => state === 'ended',
  };
};
