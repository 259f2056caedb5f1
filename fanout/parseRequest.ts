import en from 'zod/v4/locales/en.js';
import { idPattern } from './names.ts';
import { actions, errorFrame, requests, type Action, type ErrorFrame, type Request } from './protocol.ts';

/** A request as a value, or the error frame that tells the client what is wrong with what it sent. */
export type ParsedRequest = { ok: true; request: Request } | { ok: false; error: ErrorFrame };

const { localeError } = en();

const refuse = (...args: Parameters<typeof errorFrame>): ParsedRequest => ({
  ok: false,
  error: errorFrame(...args),
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAction = (action: unknown): action is Action => (actions as unknown[]).includes(action);

/** The id to echo in an error, where the client gave one that may be echoed. */
const idIn = ({ id }: Record<string, unknown>): string | undefined =>
  typeof id === 'string' && idPattern.test(id) ? id : undefined;

const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No JSON text parses to undefined.
  }
};

/** What is wrong may quote what was sent, and an error must fit a frame. */
const cut = (why: string): string => (why.length > 300 ? `${why.slice(0, 300)}…` : why);

/** Parses what a client sent. Never throws, whatever the text. */
export const parseRequest = (text: string): ParsedRequest => {
  const message = fromJson(text);
  if (!isObject(message))
    return refuse('bad_message', 'Send one JSON object per message, e.g. {"action":"hello"}.');
  const { action } = message;
  if (!isAction(action))
    return refuse('unknown_action', `Set "action" to one of ${actions.join(', ')}.`, { id: idIn(message) });
  const parsed = requests[action].safeParse(message, { error: localeError });
  if (parsed.success) return { ok: true, request: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at "${issue.path.join('.')}"`;
  const isMissing = issue?.code === 'invalid_type' && issue.message.endsWith('received undefined');
  const why = isMissing ? 'it is missing' : (issue?.message ?? 'it does not fit the schema');
  return refuse('bad_message', `The request "${action}" is wrong${where}: ${cut(why)}.`, {
    id: idIn(message),
  });
};
