import { createHash, createHmac } from 'node:crypto';

/** Of AWS; `sessionToken` where they are temporary, as a function's are. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
};

export type SignerPorts = {
  /** As it is signed for, such as `execute-api`. */
  readonly service: string;
  readonly region: string;
  /** Asked anew for each request, so that they may be replaced. */
  readonly credentials: () => Credentials;
  /** Epoch ms. */
  readonly now: () => number;
};

/** A request without a query. `host` with its port, where that is not the scheme's own; `path` as it goes on the wire: escaped once. */
export type Unsigned = {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly contentType: string;
  /** The action of a JSON API, as `x-amz-target`. */
  readonly target?: string;
  readonly body: Uint8Array | string;
};

const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');
const hmac = (key: Uint8Array | string, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

/** Percent-encodes all but the unreserved characters (RFC 3986, 2.3): also `!'()*`, which encodeURIComponent leaves. */
export const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Every service but S3 wants the path that is on the wire escaped once more, except its slashes. */
const canonicalPath = (path: string): string => escapeUri(path).replaceAll('%2F', '/');

/** A day's key by day and secret. Only the newest is kept: neither changes often. */
const keyring = (region: string, service: string) => {
  let kept: { day: string; secret: string; key: Buffer } | undefined;
  return (day: string, secret: string): Buffer => {
    if (kept?.day === day && kept.secret === secret) return kept.key;
    const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(
      hmac,
      `AWS4${secret}`,
    ) as Buffer; // `hmac` made it
    kept = { day, secret, key };
    return key;
  };
};

/**
 * Signs requests by Signature Version 4 (IAM User Guide, "Create a signed AWS API request") and gives all their headers, as the
 * SDK does for the same headers: the body's hash is one of them.
 *
 * Not handled, as no such request has them: a query, `.`, `..` and empty segments in the path, a body as a stream.
 */
export const signer = ({ service, region, credentials, now }: SignerPorts) => {
  const keyOf = keyring(region, service);

  return ({ method, host, path, contentType, target, body }: Unsigned): Record<string, string> => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials();
    const time = new Date(now()).toISOString().replace(/[-:]|\.\d+/g, ''); // 20261230T235959Z
    const day = time.slice(0, 8);
    const scope = `${day}/${region}/${service}/aws4_request`;
    const bodyHash = sha256(body);
    // In the order of their names, as they must be signed.
    const headers: Record<string, string> = {
      'content-type': contentType,
      host,
      'x-amz-content-sha256': bodyHash,
      'x-amz-date': time,
      ...(sessionToken ? { 'x-amz-security-token': sessionToken } : {}),
      ...(target === undefined ? {} : { 'x-amz-target': target }),
    };
    const names = Object.keys(headers).join(';');
    const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
    const request = `${method}\n${canonicalPath(path)}\n\n${lines.join('')}\n${names}\n${bodyHash}`;
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(request)}`;
    const signature = hmac(keyOf(day, secretAccessKey), text).toString('hex');
    headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return headers;
  };
};
