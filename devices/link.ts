import type { Fate, Tally } from './tally.ts';
import type { DeviceConnection, DeviceLogin, Message, Transport } from './transport.ts';

type Ports = {
  readonly transport: Transport;
  readonly tally: Pick<Tally, 'up' | 'down' | 'failed' | 'unreached' | 'reached' | 'behaved'>;
};

/** How a device presents itself, and whether it is meant to be refused. */
export type Presentation = { readonly login: DeviceLogin; readonly isWrong: boolean };

export type Link = {
  /** Connects as `present` says, now or once the device is no longer away. */
  open: (presentation: Presentation) => void;
  /** Only after `connected`. */
  publish: (message: Message) => Promise<Fate>;
  /** Takes the network away; what is returned gives it back, once. Of several takers the last one gives it back. */
  away: () => () => void;
  /** Pulls the plug: no goodbye, and what waits is forgotten. `open` begins anew. */
  off: () => void;
  /** Says goodbye. */
  close: () => Promise<void>;
};

type Standing = {
  up: () => void;
  /** An attempt failed or the connection was lost. `isAway`: we keep the network away. */
  failed: (reason: string, isRefused: boolean, isAway: boolean) => void;
  /** We take the network away. */
  taken: () => void;
  /** The plug is pulled. */
  off: () => void;
  /** Whether it has no connection because we took it, and none since. */
  isOurDoing: () => boolean;
};

/** How a device stands with the broker, for the tally: what we did to its network is no error. */
const createStanding = (tally: Ports['tally']): Standing => {
  let [isUp, isUnreached, wasReached, isOurDoing] = [false, false, false, false];
  /** We took the network away and have not been told yet that the connection is lost: it may come after we gave it back. */
  let isLossDue = false;
  const down = (): void => {
    if (isUp) tally.down();
    isUp = false;
  };
  return {
    up: () => {
      tally.up();
      if (isUnreached) tally.reached();
      [isUp, isUnreached, wasReached, isLossDue, isOurDoing] = [true, false, true, false, false];
    },
    failed: (reason, isRefused, isAway) => {
      const wasOurs = isAway || isLossDue;
      isLossDue = false;
      down();
      if (wasOurs) return;
      isOurDoing = false;
      tally.failed(reason, isRefused);
      if (wasReached || isUnreached) return;
      isUnreached = true;
      tally.unreached();
    },
    taken: () => {
      isLossDue ||= isUp;
      isOurDoing = true;
      down();
    },
    off: () => {
      [isLossDue, isOurDoing] = [false, false];
      down();
    },
    isOurDoing: () => isOurDoing,
  };
};

/** One device's way to the broker over reboots and times without a network, counted. */
export const createLink = ({ transport, tally }: Ports, connected: () => void): Link => {
  const standing = createStanding(tally);
  let connection: DeviceConnection | undefined;
  let pending: Presentation | undefined;
  let [life, aways] = [0, 0];
  let closing: Promise<void> = Promise.resolve();

  const fail = (reason: string, isRefused: boolean): void => standing.failed(reason, isRefused, aways > 0);
  const connect = ({ login, isWrong }: Presentation): void => {
    const own = life;
    const ifAlive =
      <Told extends unknown[]>(action: (...told: Told) => void) =>
      (...told: Told): void => {
        if (own === life) action(...told);
      };
    const up = (): void => {
      standing.up();
      connected();
    };
    connection = transport.connect(login, {
      connected: ifAlive(up),
      lost: ifAlive((reason) => fail(reason, false)),
      refused: ifAlive((reason) => (isWrong ? tally.behaved('refused') : fail(reason, true))),
    });
  };
  const giveBack = (): void => {
    aways -= 1;
    if (aways > 0) return;
    if (pending !== undefined) connect(pending);
    else connection?.resume();
    pending = undefined;
  };
  return {
    open: (presentation) => {
      if (aways > 0) pending = presentation;
      else connect(presentation);
    },
    publish: async (message) => {
      const own = life;
      const outcome = (await connection?.publish(message)) ?? 'unacknowledged';
      if (outcome === 'dropped' && standing.isOurDoing()) return 'forgotten';
      return outcome === 'unacknowledged' && own !== life ? 'forgotten' : outcome;
    },
    away: () => {
      aways += 1;
      standing.taken();
      connection?.drop();
      return giveBack;
    },
    off: () => {
      life += 1;
      standing.off();
      pending = undefined;
      connection?.drop();
      closing = both(closing, connection?.close());
      connection = undefined;
    },
    close: async () => {
      pending = undefined;
      await both(closing, connection?.close());
    },
  };
};

/** Without their values, which would grow into each other with every reboot. */
const both = async (one: Promise<void>, other: Promise<void> = Promise.resolve()): Promise<void> => {
  await Promise.all([one, other]);
};
