import { outbox } from './outbox.ts';
import type { DeviceLogin, Message, Transport } from './transport.ts';

export type Published = Message & { readonly login: DeviceLogin; readonly connection: number };

/**
 * A broker in memory for tests: devices connect at once, and what they publish is acknowledged at once. `refuses` says whom it
 * will not have.
 */
export const testTransport = (refuses: (login: DeviceLogin) => boolean = () => false) => {
  const published: Published[] = [];
  const connected = new Set<number>();
  let connections = 0;
  const transport: Transport = {
    connect: (login, listener) => {
      const connection = ++connections;
      const box = outbox({
        capacity: 5,
        maxInFlight: 100,
        send: (message, done) => {
          published.push({ ...message, login, connection });
          done('acknowledged');
        },
      });
      const connect = (): void =>
        queueMicrotask(() => {
          if (refuses(login)) {
            listener.refused('not authorized');
            return;
          }
          connected.add(connection);
          box.open();
          listener.connected();
        });
      connect();
      return {
        publish: box.add,
        drop: () => {
          box.shut();
          connected.delete(connection);
          listener.lost('cut off');
        },
        resume: connect,
        close: async () => {
          box.end();
          connected.delete(connection);
        },
      };
    },
  };
  return { transport, published, connected };
};
