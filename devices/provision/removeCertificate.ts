import type { RegisteredCertificate, ThingRegistry } from './thingRegistry.ts';

/** Detaches a certificate from all that it is attached to, deactivates and deletes it. May be repeated after a failure. */
export const removeCertificate = async (
  registry: ThingRegistry,
  { arn, status }: RegisteredCertificate,
): Promise<void> => {
  // First, so that nothing can connect with it while the rest is done, or if that fails.
  if (status === 'ACTIVE') await registry.setActive(arn, false);
  for (const thing of await registry.thingsOf(arn)) await registry.detachThing(thing, arn);
  for (const policy of await registry.policiesOf(arn)) await registry.detachPolicy(policy, arn);
  await registry.deleteCertificate(arn);
};
