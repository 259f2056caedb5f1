import type { ClientState } from '../../../fanout/client/telemetryClient.ts';

export const stateWords: Readonly<Record<ClientState, string>> = {
  connecting: 'Connecting',
  'catching-up': 'Catching up',
  live: 'Live',
  offline: 'Offline',
  refused: 'Refused',
};
