import type { ApiContext } from './apiContext.ts';
import type { StageDefinition } from './stageDefinition.ts';

/** The stage that a WebSocket URL names: `/{stage}`, perhaps with a slash and a query behind it. */
export const stageOf = ({ definition }: ApiContext, url: string): StageDefinition | undefined => {
  const name = /^\/([^/?]+)\/?(?:\?|$)/.exec(url)?.[1];
  return name === undefined ? undefined : definition.stages.get(name);
};

/** `/{stage}/@connections/{id}` taken apart; `id` is undefined when its percent-encoding is broken. */
export const connectionsPath = (
  url: string,
): { stage: string; id: string | undefined; raw: string } | undefined => {
  const [, stage, raw] = /^\/([^/?]+)\/(?:@|%40)connections\/([^/?]+)(?:\?|$)/.exec(url) ?? [];
  return stage === undefined || raw === undefined ? undefined : { stage, id: decoded(raw), raw };
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
};
