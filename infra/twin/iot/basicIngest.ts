/** A message published to a rule by name instead of through the message broker. */
export type BasicIngest = { rule: string; topic: string };

const prefix = /^\$aws\/rules\/([^/]+)(?:\/|$)/;

/**
 * The rule and the topic in `$aws/rules/<rule>/<topic>`, or undefined for any other topic (AWS IoT developer guide,
 * "Reducing messaging costs with Basic Ingest"). `<topic>` may be empty.
 */
export const basicIngest = (topic: string): BasicIngest | undefined => {
  const rule = prefix.exec(topic)?.[1];
  return rule === undefined ? undefined : { rule, topic: withoutPrefix(topic) };
};

/** The topic as limits and `topic()` see it. */
export const withoutPrefix = (topic: string): string => topic.replace(prefix, '');
