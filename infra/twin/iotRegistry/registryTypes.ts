/** A thing of the registry. */
export type Thing = {
  readonly thingName: string;
  readonly thingId: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Grows with every change; the twin changes none. */
  readonly version: number;
  /** Ids of the certificates that it is attached to. */
  readonly certificates: readonly string[];
};

/** What the twin has of AWS's states: no transfers, no registration just in time. */
export const certificateStates = ['ACTIVE', 'INACTIVE', 'REVOKED'] as const;
export type CertificateState = (typeof certificateStates)[number];

export type Certificate = {
  readonly certificateId: string;
  readonly certificatePem: string;
  readonly status: CertificateState;
  /** Epoch ms of the twin's clock. */
  readonly creationDate: number;
  readonly lastModifiedDate: number;
  /** Names of the policies attached to it. */
  readonly policies: readonly string[];
};
