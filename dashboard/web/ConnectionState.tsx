import type { ClientState } from '../../fanout/client/telemetryClient.ts';

const words: Record<ClientState, string> = {
  connecting: 'Connecting',
  'catching-up': 'Catching up',
  live: 'Live',
  offline: 'Offline',
  refused: 'Refused',
};

export const ConnectionState = ({ state }: { state: ClientState }) => (
  <p class="state" data-state={state} role="status">
    {words[state]}
  </p>
);
