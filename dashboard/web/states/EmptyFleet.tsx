import { partsOf, type Target } from '../../../fanout/client/telemetryClient.ts';
import type { Session } from '../session/session.ts';
import { changeView, view } from '../view/viewSignal.ts';
import { CopyButton } from './CopyButton.tsx';
import { emptyState } from './emptyState.ts';
import { exampleReading, publishCommand, simulateCommand } from './publishCommand.ts';
import { Skeleton } from './Skeleton.tsx';
import { StateCard } from './StateCard.tsx';
import { Offline, Refused } from './Unreachable.tsx';
import './states.css';

const ChooseWatches = ({ children }: { children: string }) => (
  <button type="button" class="primary" onClick={() => changeView({ panel: 'watching' })}>
    {children}
  </button>
);

const Command = ({ text, what }: { text: string; what: string }) => (
  <div class="command">
    <pre>
      <code>{text}</code>
    </pre>
    <CopyButton text={text} what={what}>
      Copy
    </CopyButton>
  </div>
);

const HowToPublish = ({ target, mqttUrl }: { target: Target; mqttUrl: string | undefined }) =>
  mqttUrl === undefined ? (
    <>
      <p>Have a device publish a JSON object to the topic</p>
      <Command text={exampleReading(target).topic} what="Topic" />
    </>
  ) : (
    <>
      <p>Publish one in a terminal; it appears here within a second:</p>
      <Command text={publishCommand(target, mqttUrl)} what="Command" />
      <p>Or let a simulated fleet publish:</p>
      <Command text={simulateCommand(target, mqttUrl)} what="Command" />
    </>
  );

const Silent = ({ session }: { session: Session }) => {
  const { watches } = view.value;
  const [first] = watches;
  if (first === undefined) return null;
  const others = watches.length - 1;
  const name = partsOf(first.to).join(' ');
  const title = others === 0 ? name : `${name} and ${others} more`;
  const isFiltered = watches.some(({ where }) => where !== undefined);
  return (
    <StateCard title={`No readings yet from ${title}`} isLate>
      {isFiltered && <p>Conditions are set: what does not meet them is not sent.</p>}
      <HowToPublish target={first.to} mqttUrl={session.config.value?.mqttUrl} />
    </StateCard>
  );
};

const RefusedWatches = ({ session }: { session: Session }) => {
  const refused = session.watched.value.filter(({ isChosen }) => isChosen);
  return (
    <StateCard title="The server took none of what you watch" tone="wrong">
      <ul class="steps">
        {refused.slice(0, 3).map(({ key, watch, error }) => (
          <li key={key} class="wrap">
            <strong>{partsOf(watch.to).join(' ')}</strong>: {error?.message}
          </li>
        ))}
      </ul>
      <div class="row">
        <ChooseWatches>Watch something else</ChooseWatches>
        <button type="button" onClick={() => refused.forEach(({ key }) => session.retryWatch(key))}>
          Try again
        </button>
      </div>
    </StateCard>
  );
};

/** Instead of tiles, wherever there is no device: why, and what to do. */
export const EmptyFleet = ({ session }: { session: Session }) => {
  switch (emptyState(session.state.value, view.value.watches.length, session.watched.value)) {
    case 'connecting':
      return <Skeleton words="Connecting …" problem={session.problem.value} />;
    case 'asking':
      return <Skeleton words="Asking for the devices …" />;
    case 'offline':
      return <Offline session={session} />;
    case 'refused':
      return <Refused session={session} />;
    case 'unwatched':
      return (
        <StateCard title="Nothing is watched">
          <p>Name a region, a type or a device, and its readings appear here.</p>
          <ChooseWatches>Choose what to watch</ChooseWatches>
        </StateCard>
      );
    case 'refused-watches':
      return <RefusedWatches session={session} />;
    case 'silent':
      return <Silent session={session} />;
  }
};
