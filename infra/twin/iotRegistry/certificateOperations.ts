import { X509Certificate } from 'node:crypto';
import { stringOf } from '../json.ts';
import { account } from '../resource.ts';
import { certificateIdOf, derOf } from './certificateIdentity.ts';
import { invalid, IotError } from './iotError.ts';
import { certificateStates, type Certificate, type CertificateState } from './registryTypes.ts';
import {
  certificateArn,
  existingCertificate,
  changing,
  type Call,
  type Context,
  type Operation,
} from './context.ts';
import { thingsOf } from './thingOperations.ts';

const seconds = (epochMs: number): number => epochMs / 1_000;

const register = async (context: Context, certificatePem: string, { query }: Call): Promise<object> => {
  const certificateId = certificateIdOf(derOf(certificatePem));
  const now = context.clock.now();
  await context.registry.putCertificate({
    certificateId,
    certificatePem,
    status: query['setAsActive'] === 'true' ? 'ACTIVE' : 'INACTIVE',
    creationDate: now,
    lastModifiedDate: now,
    policies: [],
  });
  return { certificateArn: certificateArn(context, certificateId), certificateId, certificatePem };
};

/** The same request again gives another certificate. */
export const createCertificateFromCsr: Operation = async (context, call) => {
  const request = stringOf(call.body['certificateSigningRequest']);
  const pem = request && (await context.authority.signRequest(request));
  if (!pem)
    throw invalid(
      'certificateSigningRequest must be a PEM with a valid signature and an RSA key of 2048 bits or a key of a NIST curve.',
    );
  return register(context, pem, call);
};

export const createKeysAndCertificate: Operation = async (context, call) => {
  const { certificate, privateKey, publicKey } = await context.authority.keysAndCertificate();
  const registered = await register(context, certificate, call);
  return { ...registered, keyPair: { PublicKey: publicKey, PrivateKey: privateKey } };
};

const idIn = ({ params }: Call): string => params['id'] ?? '';

export const describeCertificate: Operation = async (context, call) => {
  const certificate = existingCertificate(context, idIn(call));
  const { validFrom, validTo } = new X509Certificate(certificate.certificatePem);
  return {
    certificateDescription: {
      certificateArn: certificateArn(context, certificate.certificateId),
      certificateId: certificate.certificateId,
      status: certificate.status,
      certificatePem: certificate.certificatePem,
      ownedBy: account,
      creationDate: seconds(certificate.creationDate),
      lastModifiedDate: seconds(certificate.lastModifiedDate),
      customerVersion: 1,
      certificateMode: 'DEFAULT',
      validity: { notBefore: seconds(Date.parse(validFrom)), notAfter: seconds(Date.parse(validTo)) },
    },
  };
};

const isState = (text: string | undefined): text is CertificateState =>
  certificateStates.some((state) => state === text);

export const updateCertificate = changing(async (context, call) => {
  const certificate = existingCertificate(context, idIn(call));
  const { newStatus: status } = call.query;
  if (!isState(status))
    throw invalid(`newStatus must be ${certificateStates.join(', ')}, not ${JSON.stringify(status)}.`);
  if (status !== certificate.status)
    await context.registry.putCertificate({
      ...certificate,
      status,
      lastModifiedDate: context.clock.now(),
    });
  return {};
});

/** An active certificate stays, and one that is attached: to a policy only with `forceDelete`, to a thing in any case. */
export const deleteCertificate = changing(async (context, call) => {
  const certificate = existingCertificate(context, idIn(call));
  refuseDeletion(context, certificate, call.query['forceDelete'] === 'true');
  context.registry.removeCertificate(certificate.certificateId);
  return {};
});

const refuseDeletion = (
  context: Context,
  { certificateId, status, policies }: Certificate,
  isForced: boolean,
): void => {
  if (status === 'ACTIVE')
    throw new IotError(
      'CertificateStateException',
      `Certificate ${certificateId} must be deactivated before it is deleted.`,
    );
  const things = thingsOf(context, certificateId);
  if (things.length > 0)
    throw new IotError(
      'DeleteConflictException',
      `Certificate ${certificateId} is attached to ${things.join(', ')}.`,
    );
  if (policies.length > 0 && !isForced)
    throw new IotError('DeleteConflictException', `Certificate ${certificateId} has policies attached.`);
};
