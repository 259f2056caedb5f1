import { randomBytes } from 'node:crypto';

/** An id in the form API Gateway gives connections, requests and messages: `L0SM9cOFvHcCIhw=`. */
export const newRequestId = (): string => `${randomBytes(11).toString('base64url')}=`;

/** Whether a text has the form of a connection id: 15 base64url characters and `=`. */
export const isConnectionId = (text: string): boolean => /^[\w-]{15}=$/.test(text);
