// @peculiar/x509 loads tsyringe, which wants these of Reflect, though what is used here has no metadata.
const none = (): undefined => undefined;
if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, { getMetadata: none, getOwnMetadata: none, defineMetadata: none });
}
