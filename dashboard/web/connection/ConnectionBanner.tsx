import { formatNumber } from '../format.ts';
import { serverSecond } from '../session/clock.ts';
import type { Session } from '../session/session.ts';

/** What is being done about it. */
const doing = ({ retry }: Session): string => {
  void serverSecond.value; // Counts down.
  const seconds = Math.ceil(((retry.value?.at ?? 0) - Date.now()) / 1_000);
  if (seconds <= 0) return 'Trying again now …';
  return `Trying again in ${seconds} s.`;
};

const advice = (session: Session): { title: string; text: string } | undefined => {
  switch (session.state.value) {
    case 'offline':
      return {
        title: 'Not connected',
        text: `What you see is the last that is known; what is missed meanwhile will be filled in. ${doing(session)}`,
      };
    case 'refused':
      return {
        title: 'Not let in',
        text: `Check that Fieldcast is running, and open this page at the address that it printed. ${doing(session)}`,
      };
    case 'catching-up':
      return {
        title: 'Catching up',
        text: `${formatNumber(session.caughtUp.value ?? 0, 0)} readings were filled in so far.`,
      };
    case 'connecting':
    case 'live':
      return undefined;
  }
};

/** Over the page, not in it, so that a short loss moves nothing; and late, so that a very short one is not shown. */
export const ConnectionBanner = ({ session }: { session: Session }) => {
  const told = advice(session);
  const problem = session.problem.value;
  const isLive = session.state.value === 'live';
  if (told === undefined && (problem === undefined || isLive)) return <div role="alert" />;
  return (
    <div role="alert">
      <div class="banner" data-state={session.state.value}>
        <div>
          {told !== undefined && <strong>{told.title}</strong>}
          {told !== undefined && <p>{told.text}</p>}
          {problem !== undefined && session.state.value !== 'catching-up' && (
            <p class="small quiet-text wrap">{problem}</p>
          )}
        </div>
        {session.state.value !== 'catching-up' && (
          <button type="button" onClick={session.connectNow}>
            Try now
          </button>
        )}
      </div>
    </div>
  );
};
