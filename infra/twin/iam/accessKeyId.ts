import type { IncomingHttpHeaders } from 'node:http';

const credential = /Credential=([^/,\s]+)\//;

/** The access key id that a request is signed with, `''` if none. Nobody checks the signature in the twin. */
export const accessKeyIdIn = ({ authorization }: Pick<IncomingHttpHeaders, 'authorization'>): string =>
  credential.exec(authorization ?? '')?.[1] ?? '';
