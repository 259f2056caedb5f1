import { deploymentFunctions } from './lambda/deploymentFunctions.ts';
import type { Resource } from './resource.ts';
import { notRunType } from './template/notRunTypes.ts';

/** Resources that were accepted and have no effect here, with what that means. */
export type NotRun = { readonly type: string; readonly count: number; readonly meaning: string };

/** Roles that nothing here works by: of services and functions that do not run here. */
export const idleRoles = (names: readonly string[]): readonly NotRun[] =>
  names.length === 0
    ? []
    : [{ type: 'AWS::IAM::Role', count: names.length, meaning: `nothing here works by ${names.join(', ')}` }];

/** What of a template runs here, and what does not. */
export const partResources = (
  resources: readonly Resource[],
): { run: readonly Resource[]; notRun: readonly NotRun[] } => {
  const ofDeployments = deploymentFunctions(resources);
  const meaningOf = (resource: Resource): string | undefined =>
    ofDeployments.has(resource)
      ? 'called by custom resources, at a deployment only'
      : notRunType(resource.type)?.meaning;
  const counts = new Map<string, NotRun>();
  for (const resource of resources) {
    const meaning = meaningOf(resource);
    if (meaning === undefined) continue;
    const { type } = resource;
    counts.set(type, { type, meaning, count: (counts.get(type)?.count ?? 0) + 1 });
  }
  return {
    run: resources.filter((resource) => !ofDeployments.has(resource)),
    notRun: [...counts.values()].sort((a, b) => a.type.localeCompare(b.type)),
  };
};
