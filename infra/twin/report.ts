import type { Resource } from './resource.ts';

/** Where the twin says, at start or later, what it does not do as AWS would or what went wrong. One sentence a call. */
export type Report = (sentence: string) => void;

/** The sentence for one property that the twin leaves aside. `path` may be dotted. */
export const notHonoured = ({ type, logicalId }: Resource, path: string): string =>
  `${type} "${logicalId}": ${path} is not honoured by the twin`;

/** Reports every property of `resource` that is not in `known`, with type, logical id and name. */
export const reportUnknownProperties = (
  resource: Resource,
  known: ReadonlySet<string>,
  report: Report,
): void => {
  for (const name of Object.keys(resource.properties)) {
    if (!known.has(name)) report(notHonoured(resource, name));
  }
};
