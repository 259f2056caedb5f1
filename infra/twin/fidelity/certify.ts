import {
  AttachPolicyCommand,
  CreateKeysAndCertificateCommand,
  DeleteCertificateCommand,
  DetachPolicyCommand,
  UpdateCertificateCommand,
  type IoTClient,
} from '@aws-sdk/client-iot';

/** A device's certificate and key, PEM, and what removes them from the account again. */
export type Certified = {
  readonly cert: string;
  readonly key: string;
  readonly remove: () => Promise<void>;
};

/** Makes a certificate and attaches it to the policy. */
export const certify = async (iot: IoTClient, policyName: string): Promise<Certified> => {
  const made = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  const { certificateArn: target = '', certificateId = '', certificatePem: cert = '', keyPair } = made;
  const remove = async (): Promise<void> => {
    await iot.send(new DetachPolicyCommand({ policyName, target }));
    await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
    await iot.send(new DeleteCertificateCommand({ certificateId, forceDelete: true }));
  };
  await iot.send(new AttachPolicyCommand({ policyName, target }));
  return { cert, key: keyPair?.PrivateKey ?? '', remove };
};
