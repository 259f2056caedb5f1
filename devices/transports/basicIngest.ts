import type { Transport } from '../transport.ts';

/**
 * Sends every message to one IoT rule directly, past the message broker and its price: nobody can subscribe to it. The
 * will stays an ordinary message, as it is for those who watch.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html
 */
export const basicIngest = (rule: string, transport: Transport): Transport => ({
  connect: (device, listener) => {
    const connection = transport.connect(device, listener);
    return {
      ...connection,
      publish: (message) => connection.publish({ ...message, topic: `$aws/rules/${rule}/${message.topic}` }),
    };
  },
});
