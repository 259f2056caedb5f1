import { partsOf, type Target } from '../../../fanout/client/telemetryClient.ts';
import { telemetryTopic } from '../../../ingest/topic.ts';

/** A reading that somebody who watches the target would see. */
export const exampleReading = (target: Target): { topic: string; payload: string } => {
  const [kind, name] = partsOf(target);
  const topic = telemetryTopic(kind === 'region' ? name : 'eu-west', kind === 'device' ? name : 'kettle-1');
  const type = kind === 'type' ? { type: name } : {};
  return { topic, payload: JSON.stringify({ ...type, temperature: 20 }) };
};

/** What publishes it from a terminal. Names hold nothing that a shell would take for its own. */
export const publishCommand = (target: Target, mqttUrl: string): string => {
  const { hostname, port } = new URL(mqttUrl);
  const { topic, payload } = exampleReading(target);
  return `npx mqtt pub -h ${hostname} -p ${port || 1883} -q 1 -t ${topic} -m '${payload}'`;
};

/** What has a simulated fleet publish where somebody who watches the target sees it. */
export const simulateCommand = (target: Target, mqttUrl: string): string => {
  const [kind, name] = partsOf(target);
  const region = kind === 'region' ? ` --regions ${name}` : '';
  return `npm run devices -- simulate --broker ${mqttUrl}${region}`;
};
