import { partsOf, type Target } from '../../fanout/client/telemetryClient.ts';
import { telemetryTopic } from '../../ingest/topic.ts';
import { view } from './viewSignal.ts';

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
      Publish a JSON object to the topic <code>{example(target).topic}</code>.
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
export const Empty = ({ mqttUrl }: { mqttUrl: string | undefined }) => {
  const [target] = view.value.targets;
  if (target === undefined)
    return <p class="empty">Nothing is watched. Name a region, a type or a device above.</p>;
  return (
    <section class="empty late">
      <h2>No readings yet from {partsOf(target).join(' ')}</h2>
      <HowToPublish target={target} mqttUrl={mqttUrl} />
    </section>
  );
};
