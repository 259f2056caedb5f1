import { isName } from '../fanout/names.ts';

/** Where devices publish: `telemetry/{region}/{deviceId}`. */
export const telemetryTopicFilter = 'telemetry/+/+';

export const telemetryTopic = (region: string, deviceId: string): string => `telemetry/${region}/${deviceId}`;

/** Whether the telemetry rule takes messages of this topic, whatever names are in it. */
export const isTelemetryTopic = (topic: string): boolean => /^telemetry\/[^/]*\/[^/]*$/.test(topic);

/** Who a message is from. Undefined for a topic that is not ours or whose names {@link isName} refuses. */
export const parseTopic = (topic: string): { region: string; deviceId: string } | undefined => {
  const [root, region, deviceId, ...rest] = topic.split('/');
  if (root !== 'telemetry' || region === undefined || deviceId === undefined || rest.length > 0)
    return undefined;
  return isName(region) && isName(deviceId) ? { region, deviceId } : undefined;
};
