import { limits } from '../limits.ts';
import { actions, frames, requests, subprotocol, type Action, type FrameType } from '../protocol.ts';
import { frameExamples, requestExamples } from './examples.ts';
import { anyJson, payloadSchema, type JsonSchema } from './schema.ts';
import { actionWords, frameWords } from './words.ts';

const frameTypes = Object.keys(frames) as FrameType[]; // Object.keys forgets the key type

/** The frames that may answer each request; `error` may answer any. */
const replies: Record<Action, readonly FrameType[]> = {
  hello: ['welcome'],
  subscribe: ['subscribed', 'snapshot', 'snapshot_end', 'sensor_batch', 'resumed', 'live'],
  unsubscribe: ['unsubscribed'],
  subscriptions: ['subscriptions'],
  history: ['history'],
  note: ['noted'],
  explain: ['explain'],
  authenticate: ['authenticated'],
  ping: ['pong'],
};

/** The frames that answer nothing. */
const unasked: readonly FrameType[] = [
  'sensor_update',
  'sensor_batch',
  'device_status',
  'note',
  'rollover',
  'auth_expiring',
];

const channel = { $ref: '#/channels/live' };
const inChannel = (key: string) => ({ $ref: `#/channels/live/messages/${key}` });
const component = (key: string) => ({ $ref: `#/components/messages/${key}` });
const correlationId = { location: '$message.payload#/id', description: 'That of the request.' };

const message = (name: string, summary: string, payload: JsonSchema, example: object) => ({
  name,
  title: name,
  summary,
  contentType: 'application/json',
  payload,
  ...('id' in example ? { correlationId } : {}),
  examples: [{ name, payload: example }],
});

/** API Gateway's own words, where our code failed or was not reached. */
const edgeError = message(
  'edge_error',
  'API Gateway speaks for itself where the server failed or was not reached. It has no `type`, and does not say which request it is about.',
  {
    type: 'object',
    properties: {
      message: { type: 'string', description: 'e.g. "Internal server error".' },
      connectionId: { type: 'string', description: 'Of this connection.' },
      requestId: { type: 'string', description: "API Gateway's own id of the request." },
    },
    required: ['message', 'connectionId', 'requestId'],
  },
  { message: 'Internal server error', connectionId: 'IThX-SarsRiDTdg=', requestId: 'Qyi3UG41tjMFlUg=' },
);

const messages = () =>
  Object.fromEntries([
    ...actions.map((action) => [
      `request.${action}`,
      message(
        action,
        actionWords[action],
        payloadSchema(requests[action], 'request', action),
        requestExamples[action],
      ),
    ]),
    ...frameTypes.map((type) => [
      `frame.${type}`,
      message(type, frameWords[type], payloadSchema(frames[type], 'frame', type), frameExamples[type]),
    ]),
    ['edge_error', edgeError],
  ]) as Record<string, typeof edgeError>; // Object.fromEntries of two kinds of pairs

const receive = (action: Action) => ({
  action: 'receive',
  channel,
  title: action,
  summary: actionWords[action],
  messages: [inChannel(`request.${action}`)],
  reply: {
    channel,
    messages: [...replies[action].map((type) => inChannel(`frame.${type}`)), inChannel('frame.error')],
  },
});

const send = (key: string, title: string, summary: string) => ({
  action: 'send',
  channel,
  title,
  summary,
  messages: [inChannel(key)],
});

const operations = () =>
  Object.fromEntries([
    ...actions.map((action) => [action, receive(action)]),
    ...unasked.map((type) => [`send.${type}`, send(`frame.${type}`, type, frameWords[type])]),
    ['send.edge_error', send('edge_error', 'edge_error', edgeError.summary)],
  ]) as Record<string, object>; // Object.fromEntries of three kinds of pairs

const bindings = {
  ws: {
    method: 'GET',
    headers: {
      type: 'object',
      properties: {
        'Sec-WebSocket-Protocol': {
          type: 'string',
          description: `"${subprotocol}", and for browsers a second one: "bearer." and the token.`,
          examples: [`${subprotocol}, bearer.eyJ…`],
        },
        Authorization: {
          type: 'string',
          description: '"Bearer " and the token, for whoever can set headers.',
        },
        Origin: { type: 'string', description: "Of a page: one of the deployment's allowed origins." },
      },
    },
    bindingVersion: '0.1.0',
  },
};

const security = [
  { $ref: '#/components/securitySchemes/header' },
  { $ref: '#/components/securitySchemes/subprotocol' },
];

const servers = {
  aws: {
    host: '{api}.execute-api.{region}.amazonaws.com',
    protocol: 'wss',
    description: 'API Gateway; the whole URL is the output `WebSocketUrl` of the stack.',
    variables: {
      api: { description: 'The id of the WebSocket API.' },
      region: { description: 'The AWS region.', default: 'eu-west-1' },
    },
    security,
  },
  local: { host: '127.0.0.1:4001', protocol: 'ws', description: 'What `npm start` boots.', security },
};

const info = {
  title: 'Fieldcast',
  version: '1.0.0',
  description: `The WebSocket contract \`${subprotocol}\`: telemetry of devices, live, for those who asked for it. What the messages promise, and how a client is written, is in PROTOCOL.md. One text message of at most ${limits.frameBytes} bytes is one JSON object. This document is generated: npm run asyncapi.`,
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
};

const securitySchemes = {
  header: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'In the handshake, from programs.',
  },
  subprotocol: {
    type: 'httpApiKey',
    in: 'header',
    name: 'Sec-WebSocket-Protocol',
    description:
      'In the handshake, from browsers: the subprotocol "bearer." and the token, beside the contract\'s.',
  },
};

/**
 * The whole contract as an AsyncAPI 3.0 document, seen from the server: it receives requests and sends frames.
 *
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export const asyncApiDocument = () => {
  const all = messages();
  return {
    asyncapi: '3.0.0',
    info,
    defaultContentType: 'application/json',
    servers,
    channels: {
      live: {
        address: '/live',
        title: 'A connection',
        description: 'One WebSocket of one viewer.',
        messages: Object.fromEntries(Object.keys(all).map((key) => [key, component(key)])),
        bindings,
      },
    },
    operations: operations(),
    components: { schemas: { json: anyJson }, messages: all, securitySchemes },
  };
};
