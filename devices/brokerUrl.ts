const schemes = ['mqtt:', 'mqtts:', 'ws:', 'wss:'];

/** The endpoint that `aws iot describe-endpoint --endpoint-type iot:Data-ATS` tells, a host name without a port. */
const awsEndpoint = /^[\w-]+\.iot\.[\w-]+\.amazonaws\.com(\.cn)?$/;

/**
 * A broker's url: as it is given, or made from an AWS IoT endpoint (port 8883, with `websocket` 443 and the path `/mqtt`).
 * Undefined for anything else.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
 */
export const brokerUrl = (text: string, websocket = false): string | undefined => {
  if (awsEndpoint.test(text)) return websocket ? `wss://${text}:443/mqtt` : `mqtts://${text}:8883`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !schemes.includes(url.protocol) || url.hostname === '') return undefined;
  return text;
};

/** Whether anybody between could read what is said. */
export const isEncrypted = (broker: string): boolean => ['mqtts:', 'wss:'].includes(new URL(broker).protocol);

export const isWebSocket = (broker: string): boolean => ['ws:', 'wss:'].includes(new URL(broker).protocol);
