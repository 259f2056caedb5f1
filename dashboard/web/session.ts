import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { TelemetryClient, type ClientState, type SensorUpdate } from '../../fanout/client/telemetryClient.ts';
import type { ServedConfig } from '../config.ts';
import { setServerTime } from './clock.ts';
import { fetchToken, loadConfig } from './settings.ts';
import type { Store } from './store.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { shows, withTarget, type View } from './view.ts';
import { setView, view } from './viewSignal.ts';

export type Session = {
  state: ReadonlySignal<ClientState>;
  /** What went wrong last, while it is not put right. */
  problem: ReadonlySignal<string | undefined>;
  refused: ReadonlySignal<ReadonlyMap<string, string>>;
  config: ReadonlySignal<ServedConfig | undefined>;
};

/** A newcomer, who has chosen nothing, sees the first region move. */
const firstView = (current: View, { suggestions }: ServedConfig): View => {
  const [region] = suggestions?.regions ?? [];
  const choseNothing = location.search === '' && current.targets.length === 0;
  return choseNothing && region !== undefined ? withTarget(current, { region }) : current;
};

/** Connects, and keeps the store and the subscriptions in step with the view. */
export const startSession = (store: Store): Session => {
  const state = signal<ClientState>('connecting');
  const problem = signal<string | undefined>();
  const refused = signal<ReadonlyMap<string, string>>(new Map());
  const config = signal<ServedConfig | undefined>();

  const connect = (served: ServedConfig): void => {
    const client = new TelemetryClient({
      url: served.webSocketUrl,
      token: () => fetchToken(served),
      client: 'dashboard',
    });
    client.on('state', (now) => {
      state.value = now;
      if (now === 'live') problem.value = undefined;
    });
    client.on('error', ({ message }) => (problem.value = message));
    client.on('frame', (frame) => frame.type === 'welcome' && setServerTime(frame.serverTime));
    // An update may still be on its way when its target is watched no more.
    const add = (update: SensorUpdate): void => {
      if (shows(view.peek(), update)) store.add(update);
    };
    client.on('update', add);
    // A target that is watched again brings devices whose newest reading was handed out before.
    client.on('snapshot', ({ updates }) => updates.forEach(add));

    const subscriptions = subscriptionsOf(client);
    effect(() => void (refused.value = subscriptions.refused.value));
    effect(() => {
      const current = view.value;
      subscriptions.follow(current.targets);
      store.keep((update) => shows(current, update));
    });
  };

  const start = async (): Promise<void> => {
    try {
      config.value = await loadConfig();
    } catch {
      state.value = 'offline';
      problem.value = 'This page cannot reach its own server. Start it again (npm start), then reload.';
      return;
    }
    setView(firstView(view.value, config.value));
    connect(config.value);
  };

  void start();
  return { state, problem, refused, config };
};
