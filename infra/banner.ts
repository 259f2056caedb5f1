import type { Local } from './local.ts';
import { servers, type LocalPorts } from './ports.ts';

const notRunLine = (notRun: Local['notRun']): string[] =>
  notRun.length === 0
    ? []
    : [
        '',
        `Not run here: ${notRun.map(({ type, count, meaning }) => `${count} ${type} (${meaning})`).join(', ')}.`,
      ];

/** What a newcomer needs next: where to look, what to paste. */
export const banner = (
  local: Local,
  { ports, token, seconds }: { ports: LocalPorts; token: string; seconds: number },
): string =>
  [
    '',
    `Fieldcast is ready after ${seconds.toFixed(1)} s. Ctrl-C stops it.`,
    '',
    `  Dashboard   ${local.dashboardUrl}`,
    `  WebSocket   ${local.webSocketUrl}`,
    `  MQTT        ${local.mqttUrl}`,
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
    ...notRunLine(local.notRun),
    '',
  ].join('\n');

const reasonIn = (reject: string): string => (JSON.parse(reject) as { reason: string }).reason; // Written by the filter.

/** How many rejects there are of each reason, the commonest first, e.g. `bad_json 3, too_large 1`. */
export const rejectsByReason = (rejects: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const reason of rejects.map(reasonIn)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
};
