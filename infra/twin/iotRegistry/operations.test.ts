import { beforeEach, describe, expect, it } from 'vitest';
import { scaledClock } from '../clock.ts';
import { makeAuthority, openAuthority } from './certificateAuthority.ts';
import { deleteCertificate, updateCertificate } from './certificateOperations.ts';
import { certificateArn, type Call, type Context, type Operation } from './context.ts';
import { attachPolicy, detachPolicy } from './policyOperations.ts';
import { createRegistry } from './registry.ts';
import { attachThingPrincipal, createThing, deleteThing } from './thingOperations.ts';

let context: Context;
const id = 'a'.repeat(64);
const other = 'b'.repeat(64);
const certificate = (certificateId: string) => ({
  certificateId,
  certificatePem: '',
  status: 'ACTIVE' as const,
  creationDate: 0,
  lastModifiedDate: 0,
  policies: [],
});

beforeEach(async () => {
  const registry = createRegistry();
  await registry.putCertificate(certificate(id));
  await registry.putCertificate(certificate(other));
  context = {
    registry,
    policies: ['Beds', 'Weeds'].map((name) => ({ name, arn: name, document: '{}', statements: [] })),
    authority: await openAuthority(await makeAuthority()),
    region: 'us-east-1',
    clock: scaledClock(),
    endpointAddress: () => 'localhost:8883',
  };
});

const ask = (operation: Operation, call: Partial<Call>): Promise<object> =>
  operation(context, { params: {}, query: {}, principal: undefined, body: {}, ...call });
const target = () => certificateArn(context, id);
const policy = (operation: Operation, name: string) =>
  ask(operation, { params: { name }, body: { target: target() } });
const status = (newStatus: string) => ask(updateCertificate, { params: { id }, query: { newStatus } });
const attach = (certificateId: string) =>
  ask(attachThingPrincipal, {
    params: { name: 'bed-7' },
    principal: certificateArn(context, certificateId),
  });
const create = (house: string) =>
  ask(createThing, { params: { name: 'bed-7' }, body: { attributePayload: { attributes: { house } } } });

describe('requests at one moment', () => {
  it('all change the same certificate', async () => {
    await Promise.all([policy(attachPolicy, 'Beds'), policy(attachPolicy, 'Weeds'), status('INACTIVE')]);
    expect(context.registry.certificate(id)).toMatchObject({
      policies: ['Beds', 'Weeds'],
      status: 'INACTIVE',
    });
    await Promise.all([policy(detachPolicy, 'Beds'), status('REVOKED')]);
    expect(context.registry.certificate(id)).toMatchObject({ policies: ['Weeds'], status: 'REVOKED' });
  });

  it('all attach the same thing', async () => {
    await create('north');
    await Promise.all([attach(id), attach(other)]);
    expect(context.registry.thing('bed-7')?.certificates).toEqual([id, other]);
  });

  it('create one thing only', async () => {
    const [first, again, otherwise] = await Promise.allSettled([
      create('north'),
      create('north'),
      create('south'),
    ]);
    expect(again).toEqual(first);
    expect(otherwise).toMatchObject({ reason: { name: 'ResourceAlreadyExistsException' } });
  });

  it('do not delete what the one before attaches, nor bring back what it deletes', async () => {
    await create('north');
    await status('INACTIVE');
    const [, removal] = await Promise.allSettled([attach(id), ask(deleteCertificate, { params: { id } })]);
    expect(removal).toMatchObject({ reason: { name: 'DeleteConflictException' } });
    const bed = { params: { name: 'bed-8' } };
    await ask(createThing, bed);
    await Promise.allSettled([ask(createThing, bed), ask(deleteThing, bed)]);
    expect(context.registry.thing('bed-8')).toBeUndefined();
    await ask(updateCertificate, { params: { id: other }, query: { newStatus: 'INACTIVE' } });
    await Promise.allSettled([
      ask(updateCertificate, { params: { id: other }, query: { newStatus: 'REVOKED' } }),
      ask(deleteCertificate, { params: { id: other } }),
    ]);
    expect(context.registry.certificate(other)).toBeUndefined();
  });

  it('go on after one that is refused', async () => {
    const [refused] = await Promise.allSettled([policy(attachPolicy, 'Roses'), policy(attachPolicy, 'Beds')]);
    expect(refused).toMatchObject({ status: 'rejected' });
    expect(context.registry.certificate(id)?.policies).toEqual(['Beds']);
  });
});
