import type { ClientState } from '../../../fanout/client/telemetryClient.ts';
import { formatNumber, formatSpan } from '../format.ts';
import { browserSecond } from '../session/clock.ts';
import { wayOf } from '../session/latency.ts';
import type { Session } from '../session/session.ts';

export const stateWords: Readonly<Record<ClientState, string>> = {
  connecting: 'Connecting',
  'catching-up': 'Catching up',
  live: 'Live',
  offline: 'Offline',
  refused: 'Refused',
};

/** What is being done about it. */
const doing = ({ retry }: Session): string => {
  const seconds = Math.ceil(((retry.value?.at ?? 0) - browserSecond.value) / 1_000);
  const attempt = retry.value === undefined ? '' : ` (attempt ${formatNumber(retry.value.failures + 1, 0)})`;
  return seconds > 0 ? `Trying again in ${formatNumber(seconds, 0)} s${attempt}.` : 'Trying again now …';
};

const caughtUp = ({ watched, caughtUp: readings }: Session): string => {
  const live = watched.value.filter(({ status }) => status === 'live').length;
  const all = watched.value.filter(({ status }) => status !== 'refused').length;
  return `${formatNumber(readings.value ?? 0, 0)} readings filled in so far, ${formatNumber(live, 0)} of ${formatNumber(all, 0)} subscriptions done.`;
};

/** Slower than this is not of now any more. */
const slowMs = 3_000;

export const isSlow = ({ latency }: Session): boolean => (wayOf(latency.value) ?? 0) > slowMs;

const ofNow = (session: Session): string =>
  isSlow(session)
    ? `Connected, and nothing is missing; but readings take ${formatSpan(wayOf(session.latency.value) ?? 0)} to get here. The table says where.`
    : 'What you see is of now, and nothing that you watch is missing.';

/** What the state means for whoever looks at the page, and what they can do. */
export const meaning = (session: Session): { title: string; text: string } => {
  const state = session.state.value;
  const title = stateWords[state];
  switch (state) {
    case 'connecting':
      return { title, text: 'The server is being asked for a connection.' };
    case 'catching-up':
      return { title, text: caughtUp(session) };
    case 'live':
      return { title, text: ofNow(session) };
    case 'offline':
      return {
        title,
        text: `What you see is the last that is known; what is missed meanwhile will be filled in. ${doing(session)}`,
      };
    case 'refused':
      return {
        title,
        text: `Check that Fieldcast is running, and open this page at the address that it printed. ${doing(session)}`,
      };
  }
};
