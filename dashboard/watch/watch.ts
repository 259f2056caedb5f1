import { WebSocket } from 'ws';
import { TelemetryClient } from '../../fanout/client/telemetryClient.ts';
import type { Target } from '../../fanout/target.ts';
import { toldEvents, type Told } from './events.ts';
import type { Options } from './options.ts';
import type { Source } from './source.ts';
import type { View } from './view.ts';
import { WatchError } from './watchError.ts';

export type WatchPorts = { readonly source: Source; readonly view: View; readonly signal: AbortSignal };

/** Tells the view everything but updates. */
const tellAll = (client: TelemetryClient, view: View): void => {
  // The name and its event belong together; TypeScript cannot follow that through the list.
  for (const name of toldEvents) client.on(name, (event) => view.told({ name, event } as Told));
};

/** Rejects once the server will not let us in: at the start, or for good where the token is always the same. */
const refusal = (client: TelemetryClient, { url, isFixed }: Source): Promise<never> =>
  new Promise((_, reject) => {
    let wasIn = false;
    let why = '';
    client.on('error', ({ message }) => (why = message));
    client.on('state', (state) => {
      wasIn ||= state === 'live';
      if (state !== 'refused' || (wasIn && !isFixed)) return;
      // The reason comes after the state.
      queueMicrotask(() => reject(new WatchError('refused', `${url} does not let this viewer in. ${why}`)));
    });
  });

/** Asks for every target. Throws WatchError if none of them may be watched; of some, the view is told. */
const subscribeAll = async (
  client: TelemetryClient,
  targets: readonly Target[],
  { where, rate, since }: Options,
  view: View,
): Promise<void> => {
  const wish = {
    ...(where.length === 0 ? {} : { where }),
    ...(rate === undefined ? {} : { maxRate: rate }),
    ...(since === undefined ? {} : { since, snapshot: true }),
  };
  const answers = await Promise.all(targets.map((to) => client.subscribe(to, wish)));
  const errors = answers.flatMap((answer) =>
    answer.ok || answer.error.code === 'closed' ? [] : [answer.error],
  );
  const [first] = errors;
  if (first !== undefined && errors.length === targets.length) throw new WatchError('refused', first.message);
  for (const event of errors) view.told({ name: 'error', event });
};

const showUpdates = async (client: TelemetryClient, view: View): Promise<void> => {
  for await (const update of client.updates()) await view.update(update);
};

/** Shows the targets' updates until the signal aborts. Throws WatchError `refused`. */
export const watch = async (
  { source, view, signal }: WatchPorts,
  targets: readonly Target[],
  options: Options,
): Promise<void> => {
  const client = new TelemetryClient({ ...source, WebSocket, client: 'watch' });
  signal.addEventListener('abort', () => client.close(), { once: true });
  if (signal.aborted) client.close();
  tellAll(client, view);
  const refused = refusal(client, source);
  const shown = showUpdates(client, view);
  try {
    await Promise.race([refused, Promise.all([shown, subscribeAll(client, targets, options, view)])]);
  } finally {
    client.close();
    view.close();
  }
};
