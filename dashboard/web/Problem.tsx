import type { ClientState } from '../../fanout/client/telemetryClient.ts';
import type { Session } from './session.ts';

/** What the state means for whoever looks at the page, and what they can do. */
const advice: Record<ClientState, string> = {
  connecting: '',
  'catching-up': '',
  live: '',
  offline: 'Not connected. The values below are the last known; this page keeps trying by itself.',
  refused: 'Not let in. Check that Fieldcast is running, and open this page at the address that it printed.',
};

export const Problem = ({ session: { state, problem } }: { session: Session }) => {
  const sentences = [advice[state.value], problem.value ?? ''].filter((text) => text !== '');
  return (
    <div role="alert">
      {sentences.length > 0 && (
        <div class="problem">
          {sentences.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </div>
      )}
    </div>
  );
};
