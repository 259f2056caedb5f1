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
  /** Takes the network away; what is returned gives it back. Of several takers the last one gives it back. */
  away: () => () => void;
  /** Pulls the plug: no goodbye, and what waits is forgotten. `open` begins anew. */
  off: () => void;
  /** Says goodbye. */
  close: () => Promise<void>;
};

/** One device's way to the broker over reboots and times without a network, counted. */
export const createLink = ({ transport, tally }: Ports, connected: () => void): Link => {
  let connection: DeviceConnection | undefined;
  let pending: Presentation | undefined;
  let [life, aways, isUp, isUnreached, wasReached] = [0, 0, false, false, false];
  /** We took the network away and have not been told yet that the connection is lost: it may come after we gave it back. */
  let isLossDue = false;
  let closing: Promise<unknown> = Promise.resolve();

  const down = (): void => {
    if (isUp) tally.down();
    isUp = false;
  };
  const up = (): void => {
    isUp = true;
    isLossDue = false;
    tally.up();
    if (isUnreached) tally.reached();
    [isUnreached, wasReached] = [false, true];
    connected();
  };
  const fail = (reason: string, isRefused = false): void => {
    const wasOurs = aways > 0 || isLossDue;
    isLossDue = false;
    down();
    if (wasOurs) return;
    tally.failed(reason, isRefused);
    if (!wasReached && !isUnreached) {
      isUnreached = true;
      tally.unreached();
    }
  };
  const connect = ({ login, isWrong }: Presentation): void => {
    const own = life;
    const ifAlive =
      <Told extends unknown[]>(action: (...told: Told) => void) =>
      (...told: Told): void => {
        if (own === life) action(...told);
      };
    connection = transport.connect(login, {
      connected: ifAlive(up),
      lost: ifAlive((reason: string) => fail(reason)),
      refused: ifAlive((reason) => (isWrong ? tally.behaved('refused') : fail(reason, true))),
    });
  };
  return {
    open: (presentation) => {
      if (aways > 0) pending = presentation;
      else connect(presentation);
    },
    publish: async (message) => {
      const own = life;
      const outcome = (await connection?.publish(message)) ?? 'unacknowledged';
      return outcome === 'unacknowledged' && own !== life ? 'forgotten' : outcome;
    },
    away: () => {
      aways += 1;
      isLossDue ||= isUp;
      down();
      connection?.drop();
      return () => {
        aways -= 1;
        if (aways > 0) return;
        if (pending !== undefined) connect(pending);
        else connection?.resume();
        pending = undefined;
      };
    },
    off: () => {
      life += 1;
      isLossDue = false;
      down();
      pending = undefined;
      connection?.drop();
      closing = Promise.all([closing, connection?.close()]);
      connection = undefined;
    },
    close: async () => {
      pending = undefined;
      await Promise.all([closing, connection?.close()]);
    },
  };
};
