// @peculiar/x509 finds its parts by way of tsyringe, which will not load without the metadata part of Reflect, though
// none of what is used here has metadata.
if (!('getMetadata' in Reflect)) {
  const none = (): undefined => undefined;
  Object.assign(Reflect, { getMetadata: none, getOwnMetadata: none, defineMetadata: none });
}
