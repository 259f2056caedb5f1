import * as z from 'zod/mini';
import { frames, type Frame, type FrameType } from '../protocol.ts';

/** What a text message from the server is. */
export type Parsed =
  | { kind: 'frame'; frame: Frame }
  /** API Gateway speaks for itself where our code failed or was not reached. */
  | { kind: 'edge_error'; message: string; requestId: string }
  /** A type of frame that this client does not know yet. */
  | { kind: 'unknown' }
  | { kind: 'bad'; why: string };

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html */
const edgeError = z.object({ message: z.string(), connectionId: z.string(), requestId: z.string() });
const typed = z.object({ type: z.string() });

const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON text parses to undefined
  }
};

const isFrameType = (type: string): type is FrameType => Object.hasOwn(frames, type);

const withoutType = (message: unknown): Parsed => {
  const edge = edgeError.safeParse(message);
  if (!edge.success) return { kind: 'bad', why: 'it is not a JSON object with a type' };
  return { kind: 'edge_error', message: edge.data.message, requestId: edge.data.requestId };
};

/** Parses what the server sent. Never throws, whatever the message. */
export const parseFrame = (text: unknown): Parsed => {
  const message = typeof text === 'string' ? fromJson(text) : undefined;
  const head = typed.safeParse(message);
  if (!head.success) return withoutType(message);
  const { type } = head.data;
  if (!isFrameType(type)) return { kind: 'unknown' };
  const frame = frames[type].safeParse(message);
  if (frame.success) return { kind: 'frame', frame: frame.data };
  return { kind: 'bad', why: `${type} is wrong at "${frame.error.issues[0]?.path.join('.') ?? ''}"` };
};
