import type { Local } from './startLocal.ts';
import { host, servers, type LocalPorts } from './ports.ts';

/** A line for each thing that is not to be expected here, with the resource types that would do it. */
const notRunLines = (notRun: Local['notRun']): string[] => {
  const types = new Map<string, string[]>();
  for (const { type, count, meaning } of notRun)
    types.set(meaning, [...(types.get(meaning) ?? []), `${count} ${type}`]);
  if (types.size === 0) return [];
  return [
    '',
    'Not run here:',
    '',
    ...[...types].map(([meaning, list]) => `  ${meaning}: ${list.join(', ')}`),
  ];
};

/** What a newcomer needs next: where to look, what to paste. */
export const banner = (
  local: Local,
  { ports, token, seconds }: { ports: LocalPorts; token: string; seconds: number },
): string => {
  const controlUrl = `http://${host}:${ports.control}`;
  return [
    '',
    `Fieldcast is ready after ${seconds.toFixed(1)} s. Ctrl-C stops it.`,
    '',
    `  Dashboard   ${local.dashboardUrl}`,
    `  WebSocket   ${local.webSocketUrl}`,
    `  MQTT        ${local.mqttUrl}, open to all`,
    `  MQTTS       ${local.mqttsUrl}, for devices with certificates`,
    '',
    'Watch a region from another terminal:',
    '',
    `  npm run watch -- --region eu-west${ports.dashboard === servers.dashboard.port ? '' : ` --dashboard ${local.dashboardUrl}`}`,
    '',
    'Or one device, with any WebSocket client (the token is good for 12 hours):',
    '',
    `  npx wscat -c ${local.webSocketUrl} -s fieldcast.v1 -s bearer.${token} -w 600 -x '{"action":"subscribe","id":"1","to":{"device":"kettle-1"}}'`,
    '',
    'Publish a reading of it from yet another:',
    '',
    `  mosquitto_pub -p ${ports.mqtt} -q 1 -t telemetry/eu-west/kettle-1 -m '{"temperature":20}'`,
    `  npx mqtt pub -p ${ports.mqtt} -q 1 -t telemetry/eu-west/kettle-1 -m '{"temperature":20}'   # with Node only`,
    '',
    'Give devices certificates, bound by the policy of the stack:',
    '',
    `  npm run devices -- provision --count 3 --out fleet --endpoint ${local.iotUrl} --yes`,
    '',
    `What became of it all is at ${controlUrl}/tally, and what can be made to go wrong at ${controlUrl}/faults.`,
    ...notRunLines(local.notRun),
    '',
  ].join('\n');
};
