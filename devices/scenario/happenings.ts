import type { Book } from '../ledger/book.ts';
import { saidInMessage, shaOf } from '../ledger/stamp.ts';
import type { ReadingEvent } from '../sender.ts';
import type { Transport } from '../transport.ts';
import { telemetryTopic } from '../../ingest/topic.ts';

/** What a device did, or was done to it, that is no hop of a reading. `at`: epoch ms. */
export type Happening = {
  readonly what: 'malformed' | 'repeated' | 'refused';
  readonly deviceId: string;
  readonly at: number;
};

/** Writes down what happens to a message: readings into the ledger, the rest as happenings. */
export const recorder =
  (book: Pick<Book, 'write'>, happened: (one: Happening) => void) =>
  (event: ReadingEvent): void => {
    const { deviceId, boot, seq, at, outcome } = event;
    const name = { deviceId, boot, seq };
    if (outcome === 'attempted' && event.copy === true) happened({ what: 'repeated', deviceId, at });
    else if (outcome === 'attempted' && event.malformed !== undefined)
      happened({ what: 'malformed', deviceId, at });
    if (event.malformed !== undefined) return;
    if (outcome === 'acknowledged') book.write('acknowledged', { at, ...name });
    else if (outcome !== 'attempted') book.write('discarded', { at, ...name, why: outcome });
    else {
      const said = saidInMessage(telemetryTopic(event.region, deviceId), event.payload);
      if (said !== undefined) book.write('attempted', { at, ...said, sha: shaOf(said) });
    }
  };

/** The same transport, which tells of each time that the broker would not have a device. */
export const tellingRefusals = (transport: Transport, happened: (one: Happening) => void): Transport => ({
  connect: (login, listener) =>
    transport.connect(login, {
      ...listener,
      refused: (reason) => {
        happened({ what: 'refused', deviceId: login.clientId, at: Date.now() });
        listener.refused(reason);
      },
    }),
});
