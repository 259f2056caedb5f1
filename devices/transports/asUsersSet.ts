import type { ConnectionSettings } from '../connectionSettings.ts';
import type { DeviceLogin, Message, Transport } from '../transport.ts';

type Settings = Pick<ConnectionSettings, 'certificate' | 'username' | 'password' | 'will' | 'retain'>;

const willOf = ({ will }: Settings, clientId: string): Message | undefined =>
  will && {
    topic: will.topic.replaceAll('{device}', clientId),
    payload: will.payload.replaceAll('{device}', clientId),
    retain: will.retain,
  };

/** What the device brings itself comes first. */
const loginOf = (settings: Settings, device: DeviceLogin): DeviceLogin => {
  const { certificate, username, password } = settings;
  const will = willOf(settings, device.clientId);
  return {
    ...(certificate && { certificate }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(will && { will }),
    ...device,
  };
};

/** Gives every device the certificate, credentials and will that users set, and publishes as retained if they said so. */
export const asUsersSet = (settings: Settings, transport: Transport): Transport => ({
  connect: (device, listener) => {
    const connection = transport.connect(loginOf(settings, device), listener);
    if (!settings.retain) return connection;
    return { ...connection, publish: (message) => connection.publish({ retain: true, ...message }) };
  },
});
