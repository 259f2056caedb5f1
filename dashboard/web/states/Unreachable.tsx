import type { ComponentChildren } from 'preact';
import { browserSecond } from '../session/clock.ts';
import type { Session } from '../session/session.ts';
import { StateCard } from './StateCard.tsx';

/** What is being done about it, and how to have it at once. */
const Retrying = ({ session }: { session: Session }) => {
  const seconds = Math.ceil(((session.retry.value?.at ?? 0) - browserSecond.value) / 1_000);
  return (
    <div class="row">
      <p class="retrying">{seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again now …'}</p>
      {/* Before there is a client, the page asks its own server every few seconds. */}
      {session.client.value !== undefined && (
        <button type="button" class="primary" onClick={session.connectNow}>
          Try now
        </button>
      )}
    </div>
  );
};

const Problem = ({ session }: { session: Session }): ComponentChildren =>
  session.problem.value === undefined ? null : <p class="small quiet-text wrap">{session.problem.value}</p>;

/** The server was there, or never was. */
export const Offline = ({ session }: { session: Session }) => (
  <StateCard title="The server is away" tone="waiting" isLate>
    <p>
      There is nothing to show yet. Check that Fieldcast is running (<code>npm start</code>) and that this
      computer is online; this page goes on by itself as soon as it is there.
    </p>
    <Retrying session={session} />
    <Problem session={session} />
  </StateCard>
);

/** Somebody is there, and lets nobody in; or so it looks to a browser. */
export const Refused = ({ session }: { session: Session }) => (
  <StateCard title="Not let in" tone="wrong">
    <p>The server refused this page, or is not there: a browser is not told which.</p>
    <ul class="steps">
      <li>Check that Fieldcast is running.</li>
      <li>Open this page at the address that it printed; another one is refused as a foreign origin.</li>
      <li>Ask who runs it whether you may see devices at all.</li>
    </ul>
    <Retrying session={session} />
    <Problem session={session} />
  </StateCard>
);
