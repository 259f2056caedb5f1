import { setTimeout as pause } from 'node:timers/promises';

import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
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
  UpdateCertificateCommand,
  paginateListAttachedPolicies,
  paginateListPrincipalThings,
  paginateListThingPrincipals,
  type DescribeCertificateCommandOutput,
} from '@aws-sdk/client-iot';

import { asking, isNotFound } from './awsErrors.ts';
import type { CertificateStatus, RegisteredCertificate, ThingRegistry } from './thingRegistry.ts';

/**
 * The API allows about ten requests a second of most kinds (AWS General Reference, "AWS IoT Core API rate limits"): the
 * client slows down when it is throttled, and tries a request ten times, up to 20 s apart.
 */
const patience = { retryMode: 'adaptive', maxAttempts: 10 } as const;

/** For `endpoint`, where nobody checks who asks, any credentials do; on AWS the default chain has them. */
const clientFor = (endpoint: string | undefined): IoTClient =>
  endpoint === undefined
    ? new IoTClient(patience)
    : new IoTClient({
        ...patience,
        // A stand-in on this machine is there or it is not.
        maxAttempts: 3,
        endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'nobody', secretAccessKey: 'nothing' },
      });

const statuses: readonly string[] = ['ACTIVE', 'INACTIVE', 'REVOKED'];

const statusOf = (text: string | undefined): CertificateStatus =>
  // The cast follows from the list.
  text !== undefined && statuses.includes(text) ? (text as CertificateStatus) : 'other';

const idOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

const mqttsUrl = (address: string): string => `mqtts://${address}${address.includes(':') ? '' : ':8883'}`;

/** `undefined` where AWS says that it is not there. */
const ifThere = async <T>(ask: Promise<T>): Promise<T | undefined> => {
  try {
    return await ask;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
};

/** What was detached may count as attached for some seconds (API reference, DetachThingPrincipal): ms between tries. */
const detachPausesMs = [500, 1_000, 2_000, 4_000, 8_000];
const stillAttached = new Set(['DeleteConflictException', 'InvalidRequestException']);

const onceDetached = async (request: () => Promise<unknown>): Promise<void> => {
  for (const ms of detachPausesMs)
    try {
      await request();
      return;
    } catch (error) {
      if (!(error instanceof Error) || !stillAttached.has(error.name)) throw error;
      await pause(ms);
    }
  await request();
};

const all = async <Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly (Item | undefined)[] | undefined,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for await (const page of pages)
    for (const item of itemsOf(page) ?? []) if (item !== undefined) items.push(item);
  return items;
};

const described = ({ certificateDescription }: DescribeCertificateCommandOutput): RegisteredCertificate => ({
  arn: certificateDescription?.certificateArn ?? '',
  status: statusOf(certificateDescription?.status),
  certificate: certificateDescription?.certificatePem ?? '',
});

/** AWS IoT, or what stands in for it at `endpoint` (a URL). */
export const awsThingRegistry = (endpoint?: string): ThingRegistry => {
  const client = clientFor(endpoint);
  const ask = <T>(doing: string, request: () => Promise<T>): Promise<T> =>
    asking(endpoint ?? 'AWS', doing, request);
  const isThere = async (doing: string, request: () => Promise<unknown>): Promise<boolean> =>
    (await ask(doing, () => ifThere(request()))) !== undefined;

  return {
    endpoint: () =>
      ask('describe the endpoint', async () => {
        const { endpointAddress = '' } = await client.send(
          new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }),
        );
        return mqttsUrl(endpointAddress);
      }),
    hasPolicy: (policyName) =>
      isThere(`get the policy ${policyName}`, () => client.send(new GetPolicyCommand({ policyName }))),

    hasThing: (thingName) =>
      isThere(`describe the thing ${thingName}`, () => client.send(new DescribeThingCommand({ thingName }))),
    createThing: async (thingName, attributes) => {
      await ask(`create the thing ${thingName}`, () =>
        client.send(new CreateThingCommand({ thingName, attributePayload: { attributes } })),
      );
    },
    deleteThing: async (thingName) => {
      await ask(`delete the thing ${thingName}`, () =>
        ifThere(onceDetached(() => client.send(new DeleteThingCommand({ thingName })))),
      );
    },

    createCertificate: (certificateSigningRequest) =>
      ask('create a certificate', async () => {
        const made = await client.send(
          new CreateCertificateFromCsrCommand({ certificateSigningRequest, setAsActive: false }),
        );
        return {
          arn: made.certificateArn ?? '',
          status: 'INACTIVE',
          certificate: made.certificatePem ?? '',
        };
      }),
    certificate: (arn) =>
      ask('describe a certificate', async () => {
        const found = await ifThere(
          client.send(new DescribeCertificateCommand({ certificateId: idOf(arn) })),
        );
        return found && described(found);
      }),
    setActive: async (arn, isActive) => {
      const newStatus = isActive ? 'ACTIVE' : 'INACTIVE';
      await ask(`make a certificate ${newStatus}`, () =>
        client.send(new UpdateCertificateCommand({ certificateId: idOf(arn), newStatus })),
      );
    },
    deleteCertificate: async (arn) => {
      await ask('delete a certificate', () =>
        ifThere(onceDetached(() => client.send(new DeleteCertificateCommand({ certificateId: idOf(arn) })))),
      );
    },

    policiesOf: (target) =>
      ask('list the policies of a certificate', () =>
        all(paginateListAttachedPolicies({ client }, { target }), ({ policies }) =>
          policies?.map(({ policyName }) => policyName),
        ),
      ),
    attachPolicy: async (policyName, target) => {
      await ask(`attach the policy ${policyName}`, () =>
        client.send(new AttachPolicyCommand({ policyName, target })),
      );
    },
    detachPolicy: async (policyName, target) => {
      await ask(`detach the policy ${policyName}`, () =>
        ifThere(client.send(new DetachPolicyCommand({ policyName, target }))),
      );
    },

    certificatesOf: (thingName) =>
      ask(`list the certificates of the thing ${thingName}`, async () => {
        const pages = all(
          paginateListThingPrincipals({ client }, { thingName }),
          ({ principals }) => principals,
        );
        return (await ifThere(pages)) ?? [];
      }),
    thingsOf: (principal) =>
      ask('list the things of a certificate', async () => {
        const pages = all(paginateListPrincipalThings({ client }, { principal }), ({ things }) => things);
        return (await ifThere(pages)) ?? [];
      }),
    attachThing: async (thingName, principal) => {
      await ask(`attach a certificate to the thing ${thingName}`, () =>
        client.send(new AttachThingPrincipalCommand({ thingName, principal })),
      );
    },
    detachThing: async (thingName, principal) => {
      await ask(`detach a certificate from the thing ${thingName}`, () =>
        ifThere(client.send(new DetachThingPrincipalCommand({ thingName, principal }))),
      );
    },
  };
};
