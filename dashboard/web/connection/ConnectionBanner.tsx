import type { ClientState } from '../../../fanout/client/telemetryClient.ts';
import type { Session } from '../session/session.ts';
import { meaning } from './words.ts';
import './connection.css';

const hasBanner: ReadonlySet<ClientState> = new Set(['offline', 'refused', 'catching-up']);

/** Over the page, not in it, so that a short loss moves nothing; and late, so that a very short one is not shown. */
export const ConnectionBanner = ({ session }: { session: Session }) => {
  const state = session.state.value;
  if (!hasBanner.has(state)) return <div role="alert" />;
  const { title, text } = meaning(session);
  const problem = state === 'catching-up' ? undefined : session.problem.value;
  return (
    <>
      {/* Read out once; what counts down is only seen. */}
      <div role="alert" class="unseen">
        {title}
      </div>
      <div class="banner" data-state={state}>
        <div>
          <strong>{title}</strong>
          <p>{text}</p>
          {problem !== undefined && <p class="small wrap">{problem}</p>}
        </div>
        {state !== 'catching-up' && (
          <button type="button" onClick={session.connectNow}>
            Try now
          </button>
        )}
      </div>
    </>
  );
};
