export type CertificateStatus = 'ACTIVE' | 'INACTIVE' | 'REVOKED' | 'other';

/** A certificate as AWS IoT has it. */
export type RegisteredCertificate = {
  readonly arn: string;
  readonly status: CertificateStatus;
  /** PEM. */
  readonly certificate: string;
};

/**
 * What provisioning asks of AWS IoT. What is not there is `undefined`, an empty list or nothing to do; attaching and detaching
 * again changes nothing. Everything else that AWS refuses is thrown as a DevicesError with one sentence, also that it cannot be
 * reached or kept throttling.
 */
export type ThingRegistry = {
  /** Where devices connect: `mqtts://<host>:<port>`. */
  endpoint: () => Promise<string>;
  hasPolicy: (name: string) => Promise<boolean>;

  hasThing: (name: string) => Promise<boolean>;
  createThing: (name: string, attributes: Readonly<Record<string, string>>) => Promise<void>;
  deleteThing: (name: string) => Promise<void>;

  /** Signs a request (PEM). The certificate is not active yet. */
  createCertificate: (signingRequest: string) => Promise<RegisteredCertificate>;
  certificate: (arn: string) => Promise<RegisteredCertificate | undefined>;
  setActive: (arn: string, isActive: boolean) => Promise<void>;
  deleteCertificate: (arn: string) => Promise<void>;

  /** Names of the policies of a certificate. */
  policiesOf: (arn: string) => Promise<readonly string[]>;
  attachPolicy: (name: string, arn: string) => Promise<void>;
  detachPolicy: (name: string, arn: string) => Promise<void>;

  /** ARNs of the certificates of a thing. */
  certificatesOf: (thing: string) => Promise<readonly string[]>;
  /** Names of the things of a certificate. */
  thingsOf: (arn: string) => Promise<readonly string[]>;
  attachThing: (thing: string, arn: string) => Promise<void>;
  detachThing: (thing: string, arn: string) => Promise<void>;
};
