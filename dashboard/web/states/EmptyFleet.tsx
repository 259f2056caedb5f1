import { partsOf, type Target } from '../../../fanout/client/telemetryClient.ts';
import { telemetryTopic } from '../../../ingest/topic.ts';
import type { Session } from '../session/session.ts';
import { changeView, view } from '../view/viewSignal.ts';
import './states.css';

/** A reading that the first watched target would show. */
const example = (target: Target): { topic: string; payload: string } => {
  const [kind, name] = partsOf(target);
  const topic = telemetryTopic(kind === 'region' ? name : 'eu-west', kind === 'device' ? name : 'kettle-1');
  const type = kind === 'type' ? { type: name } : {};
  return { topic, payload: JSON.stringify({ ...type, temperature: 20 }) };
};

const commandFor = (target: Target, mqttUrl: string): string => {
  const { hostname, port } = new URL(mqttUrl);
  const { topic, payload } = example(target);
  return `npx mqtt pub -h ${hostname} -p ${port || 1883} -q 1 -t ${topic} -m '${payload}'`;
};

const HowToPublish = ({ target, mqttUrl }: { target: Target; mqttUrl: string | undefined }) =>
  mqttUrl === undefined ? (
    <p>
      Publish a JSON object to the topic <code class="wrap">{example(target).topic}</code>.
    </p>
  ) : (
    <>
      <p>Publish one in a terminal:</p>
      <pre>
        <code>{commandFor(target, mqttUrl)}</code>
      </pre>
      <p>
        Or let a simulated fleet publish: <code>npm run devices</code>
      </p>
    </>
  );

/** Instead of tiles. Comes after a few seconds only: where devices do publish, nobody should see it flash by. */
export const EmptyFleet = ({ session }: { session: Session }) => {
  const [watch] = view.value.watches;
  if (session.state.value !== 'live') return null;
  if (watch === undefined)
    return (
      <section class="card state-card">
        <h3>Nothing is watched</h3>
        <p>Name a region, a type or a device, and its readings appear here.</p>
        <button type="button" class="primary" onClick={() => changeView({ panel: 'watching' })}>
          Choose what to watch
        </button>
      </section>
    );
  return (
    <section class="card state-card late">
      <h3 class="wrap">No readings yet from {partsOf(watch.to).join(' ')}</h3>
      <HowToPublish target={watch.to} mqttUrl={session.config.value?.mqttUrl} />
    </section>
  );
};
