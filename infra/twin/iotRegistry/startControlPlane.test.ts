import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateKeysAndCertificateCommand,
  CreateThingCommand,
  DeleteCertificateCommand,
  DeleteThingCommand,
  DescribeCertificateCommand,
  DescribeEndpointCommand,
  DescribeThingCommand,
  DetachPolicyCommand,
  DetachThingPrincipalCommand,
  GetPolicyCommand,
  IoTClient,
  ListAttachedPoliciesCommand,
  ListJobsCommand,
  ListPrincipalThingsCommand,
  ListThingPrincipalsCommand,
  paginateListThings,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scaledClock } from '../clock.ts';
import { makeAuthority, openAuthority } from './certificateAuthority.ts';
import { createRegistry, type Registry } from './registry.ts';
import { signingRequest } from './signingRequest.testing.ts';
import { startControlPlane, type ControlPlane } from './startControlPlane.ts';

let registry: Registry;
let plane: ControlPlane;
let client: IoTClient;
const policyArn = 'arn:aws:iot:us-east-1:000000000000:policy/Beds';

beforeEach(async () => {
  registry = createRegistry();
  const authority = await openAuthority(await makeAuthority());
  const policies = [{ name: 'Beds', arn: policyArn, document: '{"Statement":[]}', statements: [] }];
  const clock = scaledClock();
  const endpointAddress = (): string => 'localhost:8883';
  const context = { registry, policies, authority, region: 'us-east-1', clock, endpointAddress };
  plane = await startControlPlane(context, { host: '127.0.0.1', port: 0 });
  client = new IoTClient({
    endpoint: `http://127.0.0.1:${plane.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await plane.close();
});

const newCertificate = async (setAsActive = true) => {
  const certificateSigningRequest = await signingRequest('bed-7');
  const made = await client.send(
    new CreateCertificateFromCsrCommand({ certificateSigningRequest, setAsActive }),
  );
  const { certificateId = '', certificateArn = '', certificatePem = '' } = made;
  return { certificateId, certificateArn, certificatePem };
};

const refused = (name: string, status: number, text = '') =>
  expect.objectContaining({
    name,
    message: expect.stringContaining(text) as string,
    $metadata: expect.objectContaining({ httpStatusCode: status }) as object,
  }) as Error;

describe('things', () => {
  it('are created once: again alike is the same, otherwise refused', async () => {
    const attributePayload = { attributes: { house: 'north' } };
    const first = await client.send(new CreateThingCommand({ thingName: 'bed:7', attributePayload }));
    expect(first).toMatchObject({
      thingName: 'bed:7',
      thingArn: 'arn:aws:iot:us-east-1:000000000000:thing/bed:7',
    });
    const again = await client.send(new CreateThingCommand({ thingName: 'bed:7', attributePayload }));
    expect(again.thingId).toBe(first.thingId);
    await expect(client.send(new CreateThingCommand({ thingName: 'bed:7' }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      resourceId: first.thingId,
      resourceArn: first.thingArn,
    });
    expect(await client.send(new DescribeThingCommand({ thingName: 'bed:7' }))).toMatchObject({
      attributes: { house: 'north' },
      version: 1,
      defaultClientId: 'bed:7',
    });
  });

  it('are listed page by page, in order, each once, also when one is deleted meanwhile', async () => {
    for (const n of [3, 1, 5, 2, 4]) await client.send(new CreateThingCommand({ thingName: `bed-${n}` }));
    const pages: (string | undefined)[][] = [];
    for await (const { things = [] } of paginateListThings({ client, pageSize: 2 }, {})) {
      pages.push(things.map(({ thingName }) => thingName));
      if (pages.length === 1) await client.send(new DeleteThingCommand({ thingName: 'bed-2' }));
    }
    expect(pages).toEqual([['bed-1', 'bed-2'], ['bed-3', 'bed-4'], ['bed-5']]);
  });

  it('that are not there are not found, but may be deleted', async () => {
    await expect(client.send(new DescribeThingCommand({ thingName: 'bed-9' }))).rejects.toEqual(
      refused('ResourceNotFoundException', 404, 'bed-9'),
    );
    await client.send(new DeleteThingCommand({ thingName: 'bed-9' }));
  });

  it('stay while a certificate is attached, or when another version is expected', async () => {
    const thingName = 'bed-7';
    const { certificateArn: principal } = await newCertificate();
    await client.send(new CreateThingCommand({ thingName }));
    await client.send(new AttachThingPrincipalCommand({ thingName, principal }));
    const attempt = (expectedVersion?: number) =>
      client.send(new DeleteThingCommand({ thingName, expectedVersion }));
    await expect(attempt()).rejects.toEqual(refused('InvalidRequestException', 400, 'attached'));
    await client.send(new DetachThingPrincipalCommand({ thingName, principal }));
    await expect(attempt(2)).rejects.toEqual(refused('VersionConflictException', 409));
    await attempt(1);
    expect(registry.thing(thingName)).toBeUndefined();
  });

  it.each(['bed 7', 'bed/7', 'x'.repeat(129)])('may not be called %j', async (thingName) => {
    await expect(client.send(new CreateThingCommand({ thingName }))).rejects.toEqual(
      refused('InvalidRequestException', 400),
    );
  });
});

describe('certificates', () => {
  it('from a request are for its key, signed by the CA that /ca.pem gives out', async () => {
    const { certificateId, certificateArn, certificatePem } = await newCertificate(false);
    const response = await fetch(`http://127.0.0.1:${plane.port}/ca.pem`);
    const authority = new X509Certificate(await response.text());
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.subject).toBe('CN=bed-7');
    expect(certificateId).toBe(createHash('sha256').update(certificate.raw).digest('hex'));
    const { certificateDescription } = await client.send(new DescribeCertificateCommand({ certificateId }));
    expect(certificateDescription).toMatchObject({ certificateArn, certificatePem, status: 'INACTIVE' });
    expect(certificateDescription?.validity?.notAfter).toEqual(new Date('2049-12-31T23:59:59Z'));
  });

  it('differ when the request is the same', async () => {
    const certificateSigningRequest = await signingRequest('bed-7');
    const sign = () => client.send(new CreateCertificateFromCsrCommand({ certificateSigningRequest }));
    expect((await sign()).certificateId).not.toBe((await sign()).certificateId);
  });

  it.each([
    '',
    'not a request',
    '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
  ])('are not made from %j', async (certificateSigningRequest) => {
    await expect(
      client.send(new CreateCertificateFromCsrCommand({ certificateSigningRequest })),
    ).rejects.toEqual(refused('InvalidRequestException', 400));
  });

  it('are not made for keys that AWS would not take', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    await expect(
      client.send(
        new CreateCertificateFromCsrCommand({
          certificateSigningRequest: await signingRequest('bed-7', weak),
        }),
      ),
    ).rejects.toEqual(refused('InvalidRequestException', 400));
  });

  it('come with keys of their own, RSA, where they are asked for', async () => {
    const { certificatePem = '', keyPair } = await client.send(
      new CreateKeysAndCertificateCommand({ setAsActive: true }),
    );
    expect(keyPair?.PrivateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    const { publicKey } = new X509Certificate(certificatePem);
    expect(publicKey.export({ format: 'pem', type: 'spki' })).toBe(keyPair?.PublicKey);
    expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  it('are deleted once inactive and attached to nothing', async () => {
    const { certificateId, certificateArn } = await newCertificate();
    const thingName = 'bed-7';
    await client.send(new CreateThingCommand({ thingName }));
    await client.send(new AttachThingPrincipalCommand({ thingName, principal: certificateArn }));
    await client.send(new AttachPolicyCommand({ policyName: 'Beds', target: certificateArn }));
    const attempt = (forceDelete = false) =>
      client.send(new DeleteCertificateCommand({ certificateId, forceDelete }));
    await expect(attempt(true)).rejects.toEqual(refused('CertificateStateException', 406));
    await client.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
    await expect(attempt(true)).rejects.toEqual(refused('DeleteConflictException', 409, thingName));
    await client.send(new DetachThingPrincipalCommand({ thingName, principal: certificateArn }));
    await expect(attempt()).rejects.toEqual(refused('DeleteConflictException', 409, 'policies'));
    await attempt(true);
    await expect(attempt()).rejects.toEqual(refused('ResourceNotFoundException', 404));
  });

  it('have no other states', async () => {
    const { certificateId } = await newCertificate();
    await expect(
      client.send(new UpdateCertificateCommand({ certificateId, newStatus: 'PENDING_TRANSFER' })),
    ).rejects.toEqual(refused('InvalidRequestException', 400, 'newStatus'));
  });
});

describe('attachments', () => {
  it('of things and certificates are seen from both sides, and made twice are one', async () => {
    const { certificateArn: principal } = await newCertificate();
    for (const thingName of ['bed-8', 'bed-7']) {
      await client.send(new CreateThingCommand({ thingName }));
      await client.send(new AttachThingPrincipalCommand({ thingName, principal }));
      await client.send(new AttachThingPrincipalCommand({ thingName, principal }));
    }
    const { things } = await client.send(new ListPrincipalThingsCommand({ principal }));
    expect(things).toEqual(['bed-7', 'bed-8']);
    const { principals } = await client.send(new ListThingPrincipalsCommand({ thingName: 'bed-7' }));
    expect(principals).toEqual([principal]);
  });

  it('of policies are listed, made twice are one, and removed twice are gone', async () => {
    const { certificateArn: target } = await newCertificate();
    const listed = async () =>
      (await client.send(new ListAttachedPoliciesCommand({ target }))).policies?.map((policy) => ({
        ...policy,
      }));
    for (let n = 0; n < 2; n++) await client.send(new AttachPolicyCommand({ policyName: 'Beds', target }));
    expect(await listed()).toEqual([{ policyName: 'Beds', policyArn }]);
    for (let n = 0; n < 2; n++) await client.send(new DetachPolicyCommand({ policyName: 'Beds', target }));
    expect(await listed()).toEqual([]);
  });

  it('to what is not there are refused', async () => {
    const { certificateArn } = await newCertificate();
    const elsewhere = certificateArn.replace(/\/.*/, `/${'0'.repeat(64)}`);
    const attach = (policyName: string, target: string) =>
      client.send(new AttachPolicyCommand({ policyName, target }));
    await expect(attach('Weeds', certificateArn)).rejects.toEqual(
      refused('ResourceNotFoundException', 404, 'Weeds'),
    );
    await expect(attach('Beds', elsewhere)).rejects.toEqual(refused('ResourceNotFoundException', 404));
    await expect(attach('Beds', 'arn:aws:iot:us-east-1:000000000000:thinggroup/all')).rejects.toEqual(
      refused('InvalidRequestException', 400, 'certificates only'),
    );
    await expect(
      client.send(new AttachThingPrincipalCommand({ thingName: 'bed-9', principal: certificateArn })),
    ).rejects.toEqual(refused('ResourceNotFoundException', 404, 'bed-9'));
  });
});

describe('the API', () => {
  it('tells where clients connect', async () => {
    const at = (endpointType: string) => client.send(new DescribeEndpointCommand({ endpointType }));
    expect((await at('iot:Data-ATS')).endpointAddress).toBe('localhost:8883');
    await expect(at('iot:Jobs')).rejects.toEqual(refused('InvalidRequestException', 400, 'iot:Jobs'));
  });

  it('gives out policies of the template', async () => {
    expect(await client.send(new GetPolicyCommand({ policyName: 'Beds' }))).toMatchObject({
      policyArn,
      policyDocument: '{"Statement":[]}',
      defaultVersionId: '1',
    });
    await expect(client.send(new GetPolicyCommand({ policyName: 'Weeds' }))).rejects.toEqual(
      refused('ResourceNotFoundException', 404, 'Weeds'),
    );
  });

  it('says what it does not have', async () => {
    await expect(client.send(new ListJobsCommand({}))).rejects.toEqual(
      refused('UnknownOperationException', 404, 'GET /jobs'),
    );
  });

  it('is not for web pages, nor for what is not JSON', async () => {
    const url = `http://127.0.0.1:${plane.port}/things`;
    expect((await fetch(url, { headers: { origin: 'https://example.com' } })).status).toBe(403);
    const broken = await fetch(`${url}/bed-7`, { method: 'POST', body: '{' });
    expect([broken.status, broken.headers.get('x-amzn-errortype')]).toEqual([400, 'InvalidRequestException']);
  });
});
