import { X509Certificate } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { belongTogether } from './certificateOf.ts';
import { readFleetFile, writeFleetFile, type Fleet } from './fleetFile.ts';
import { fleetFolder } from './fleetFolder.ts';
import { memoryThingRegistry, type MemoryThingRegistry } from './memoryThingRegistry.testing.ts';
import { provision, undo, type ProvisionOrder } from './provision.ts';

let above: string;
let out: string;
let registry: MemoryThingRegistry;
beforeEach(async () => {
  above = await mkdtemp(join(tmpdir(), 'fleet-'));
  out = join(above, 'fleet');
  registry = memoryThingRegistry();
});
afterEach(() => rm(above, { recursive: true }));

const names = ['pump-001', 'pump-002', 'pump-003'];

const order: ProvisionOrder = {
  wanted: names.map((thing) => ({ thing, region: 'eu-west', type: 'pump' })),
  policy: 'Device',
  ca: undefined,
  api: undefined,
  isDone: true,
};

const ports = (signal = new AbortController().signal, onWork: () => void = () => undefined) => ({
  registry,
  folder: fleetFolder(out),
  onWork,
  signal,
});
const make = (changes: Partial<ProvisionOrder> = {}) => provision(ports(), { ...order, ...changes });
const remove = (things?: readonly string[]) => undo(ports(), { things, api: undefined, isDone: true });

const stepsOf = (all: Awaited<ReturnType<typeof make>>): (readonly string[])[] =>
  all.map(({ steps }) => steps);

/** Every thing has one active certificate, with the policy; the files say the same. */
const expectWhole = async (): Promise<void> => {
  const { devices } = await readFleetFile(join(out, 'fleet.json'));
  expect(devices.map(({ thing }) => thing).sort()).toEqual(names);
  expect([...registry.things.keys()].sort()).toEqual(names);
  for (const device of devices) {
    const { certificateArn = '' } = device;
    const registered = registry.certificates.get(certificateArn);
    expect(registered).toMatchObject({ status: 'ACTIVE', policies: new Set(['Device']) });
    expect(registry.things.get(device.thing)?.certificates).toEqual(new Set([certificateArn]));
    const [certificate, key] = await Promise.all([
      readFile(device.certificate, 'utf8'),
      readFile(device.privateKey, 'utf8'),
    ]);
    expect(certificate).toBe(registered?.certificate);
    expect(belongTogether(certificate, key)).toBe(true);
    expect(new X509Certificate(certificate).subject).toBe(`CN=${device.thing}`);
  }
};

describe('provisioning', () => {
  it('makes things with active certificates, and files that say which', async () => {
    const all = await make();
    await expectWhole();
    expect(all[0]?.steps).toEqual([
      'create the thing',
      'make a key',
      'have a certificate signed',
      'attach the policy',
      'attach the thing',
      'activate the certificate',
    ]);
    expect(registry.things.get('pump-001')?.attributes).toEqual({ region: 'eu-west', type: 'pump' });
  });

  it.skipIf(process.platform === 'win32')('lets nobody else read the folder and what is in it', async () => {
    await make();
    const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
    expect(await modeOf(out)).toBe(0o700);
    for (const file of await readdir(out))
      expect([file, await modeOf(join(out, file))]).toEqual([file, 0o600]);
  });

  it('changes nothing unless it is told to', async () => {
    expect(stepsOf(await make({ isDone: false })).map(({ length }) => length)).toEqual([6, 6, 6]);
    expect([registry.changes, await readdir(above)]).toEqual([[], []]);
  });

  it('again changes nothing', async () => {
    await make();
    registry.changes.length = 0;
    const before = await readFile(join(out, 'fleet.json'), 'utf8');
    expect(stepsOf(await make())).toEqual([[], [], []]);
    expect(registry.changes).toEqual([]);
    expect(await readFile(join(out, 'fleet.json'), 'utf8')).toBe(before);
  });

  it('adds to a fleet and leaves the devices that it has', async () => {
    await make({ wanted: order.wanted.slice(0, 1) });
    const [first] = registry.certificates.keys();
    await make();
    await expectWhole();
    expect([...registry.certificates.keys()][0]).toBe(first);
    expect(registry.certificates.size).toBe(3);
  });

  const certificateOf = (thing: string): string =>
    [...(registry.things.get(thing)?.certificates ?? [])][0] ?? '';

  it.each<[string, () => unknown, readonly string[]]>([
    ['the file of a certificate', () => rm(join(out, 'pump-002.pem')), ['write the certificate']],
    [
      'a private key, with a new one',
      () => rm(join(out, 'pump-002.key')),
      [
        'make a key',
        'retire the old certificate',
        'have a certificate signed',
        'attach the policy',
        'attach the thing',
        'activate the certificate',
      ],
    ],
    [
      'the policy',
      () => registry.certificates.get(certificateOf('pump-002'))?.policies.clear(),
      ['attach the policy'],
    ],
    ['the attachment', () => registry.things.get('pump-002')?.certificates.clear(), ['attach the thing']],
    [
      'an inactive certificate',
      () => registry.setActive(certificateOf('pump-002'), false),
      ['activate the certificate'],
    ],
  ])('repairs %s', async (_what, damage, steps) => {
    await make();
    await damage();
    expect(stepsOf(await make())).toEqual([[], steps, []]);
    await expectWhole();
    expect(registry.certificates.size).toBe(3);
  });

  it('makes a new certificate with the same key when AWS no longer has it', async () => {
    await make();
    const key = await readFile(join(out, 'pump-002.key'), 'utf8');
    registry.certificates.delete(certificateOf('pump-002'));
    registry.things.delete('pump-002');
    await make();
    await expectWhole();
    expect(await readFile(join(out, 'pump-002.key'), 'utf8')).toBe(key);
  });

  it('leaves a revoked certificate alone, and says how to get another', async () => {
    await make();
    const certificate = registry.certificates.get(certificateOf('pump-002'));
    if (certificate) certificate.status = 'REVOKED';
    registry.changes.length = 0;
    const [, second] = await make();
    expect(second?.left).toContain('--undo --things pump-002');
    expect(registry.changes).toEqual([]);
  });

  it('stops after the thing in work when it is told to stop, and goes on from there', async () => {
    const stop = new AbortController();
    await provision(
      ports(stop.signal, () => stop.abort()),
      order,
    );
    const { devices } = await readFleetFile(join(out, 'fleet.json'));
    expect(devices.map(({ thing }) => thing)).toEqual(['pump-001']);
    await make();
    await expectWhole();
  });

  it('needs a policy that is there', async () => {
    await expect(make({ policy: 'Nope' })).rejects.toMatchObject({
      code: 'aws_refused',
      message: expect.stringContaining('no IoT policy "Nope"') as string,
    });
  });

  it('does not mix the fleets of two accounts', async () => {
    await make();
    registry.endpoint = async () => 'mqtts://other.example.com:8883';
    await expect(make()).rejects.toMatchObject({ code: 'bad_usage' });
    await expect(make({ api: 'http://127.0.0.1:4006' })).rejects.toMatchObject({ code: 'bad_usage' });
    await expect(remove()).rejects.toMatchObject({ code: 'bad_usage' });
  });

  it('asks once whether a thing is there', async () => {
    const asked: string[] = [];
    const { hasThing } = registry;
    registry.hasThing = (name) => {
      asked.push(name);
      return hasThing(name);
    };
    await make();
    expect(asked).toEqual(names);
  });

  it('leaves the certificate of a key that is damaged', async () => {
    await make();
    registry.changes.length = 0;
    await writeFile(join(out, 'pump-002.key'), 'coffee');
    await expect(make()).rejects.toMatchObject({
      code: 'bad_file',
      message: expect.stringContaining('pump-002.key is no private key') as string,
    });
    expect(registry.changes).toEqual([]);
    expect(registry.certificates.get(certificateOf('pump-002'))?.status).toBe('ACTIVE');
  });

  it('writes nothing when it is told to stop before the first thing', async () => {
    expect(await provision(ports(AbortSignal.abort()), { ...order, ca: 'a CA' })).toEqual([]);
    expect(await readdir(above)).toEqual([]);
  });

  it('says what is wrong with a fleet file', async () => {
    await mkdir(out);
    await writeFile(join(out, 'fleet.json'), 'coffee');
    await expect(make()).rejects.toMatchObject({
      message: expect.stringContaining('fleet.json: is not JSON') as string,
    });
  });

  it('says in one sentence that a folder cannot be used', async () => {
    await writeFile(out, 'a file');
    await expect(make()).rejects.toMatchObject({ code: 'bad_file' });
  });
});

/** Makes AWS fail at the nth change. */
const failAt = (n: number): void => {
  let left = n;
  registry.beforeChange = (name) => {
    if (left-- === 0) throw new Error(`${name} failed on purpose`);
  };
};
const mend = (): void => {
  registry.beforeChange = () => undefined;
};

const changesOfAll = 15; // Five a thing: create, sign, attach twice, activate.

describe('a second run', () => {
  it.each(Array.from({ length: changesOfAll }, (_, n) => n))(
    'ends whole what failed at change %i',
    async (n) => {
      failAt(n);
      await expect(make()).rejects.toThrow('on purpose');
      mend();
      await make();
      await expectWhole();
      expect(registry.certificates.size).toBe(3);
    },
  );
});

/** Ports whose process is killed: nothing is written as a whole after the first time. */
const killed = () => {
  const { folder, ...others } = ports();
  let writes = 0;
  const write: typeof folder.write = async (fleet) => {
    if (writes++ === 0) await folder.write(fleet);
  };
  return { ...others, folder: { ...folder, write } };
};

describe('the fleet file', () => {
  it.each(['provisioning', 'undoing'])(
    'is written as a whole at the beginning and the end of %s, however many things there are',
    async (what) => {
      if (what === 'undoing') await make();
      const { folder, ...others } = ports();
      let writes = 0;
      const counted = {
        ...others,
        folder: {
          ...folder,
          write: (fleet: Fleet) => {
            writes++;
            return folder.write(fleet);
          },
        },
      };
      if (what === 'undoing') await undo(counted, { things: undefined, api: undefined, isDone: true });
      else await provision(counted, order);
      expect(writes).toBe(2);
    },
  );

  it('is whole also after a process was killed, in the middle of a line', async () => {
    await provision(killed(), order);
    await appendFile(join(out, 'fleet.json.changes'), '{"thing":"pump-0');
    await expectWhole();
    registry.changes.length = 0;
    expect(stepsOf(await make())).toEqual([[], [], []]);
    await undo(killed(), { things: ['pump-001', 'pump-002'], api: undefined, isDone: true });
    expect((await readFleetFile(join(out, 'fleet.json'))).devices.map(({ thing }) => thing)).toEqual([
      'pump-003',
    ]);
    await make();
    await expectWhole();
    expect(await readdir(out)).not.toContain('fleet.json.changes');
  });

  it('may name files by absolute paths, which are what they say', async () => {
    await make();
    const file = join(out, 'fleet.json');
    const { devices, ...fleet } = await readFleetFile(file);
    await writeFleetFile(file, { ...fleet, devices });
    expect(devices[0]?.certificate).toBe(join(out, 'pump-001.pem'));
    expect(stepsOf(await make())).toEqual([[], [], []]);
    await remove();
    expect(await readdir(above)).toEqual([]);
  });

  it.each([
    ['privateKey', '../victim'],
    ['certificate', '../victim'],
    ['certificate', 'a/../../victim'],
    ['privateKey', ''],
    ['ca', '../victim'],
  ])('may not name as %s %j, outside of its folder', async (part, path) => {
    await make();
    const file = join(out, 'fleet.json');
    const victim = join(above, 'victim');
    await writeFile(victim, 'precious');
    const { devices, ...fleet } = await readFleetFile(file);
    const named = path === '' ? victim : path;
    await writeFleetFile(
      file,
      part === 'ca'
        ? { ...fleet, devices, ca: named }
        : { ...fleet, devices: devices.map((device) => ({ ...device, [part]: named })) },
    );
    registry.changes.length = 0;
    for (const attempt of [make, remove])
      await expect(attempt()).rejects.toMatchObject({
        code: 'bad_file',
        message: expect.stringContaining('not in its folder') as string,
      });
    expect([registry.changes, await readFile(victim, 'utf8')]).toEqual([[], 'precious']);
  });
});

describe('undoing', () => {
  it('removes all of it, the folder too', async () => {
    await make();
    await remove();
    expect([registry.things.size, registry.certificates.size]).toEqual([0, 0]);
    expect(await readdir(above)).toEqual([]);
    expect(await remove()).toEqual([]);
  });

  it('removes only what it is told', async () => {
    await make();
    await remove(['pump-002']);
    expect([...registry.things.keys()]).toEqual(['pump-001', 'pump-003']);
    expect(await readdir(out)).not.toContain('pump-002.key');
    await make();
    await expectWhole();
  });

  it('removes nothing when a name is not in the fleet', async () => {
    await make();
    await expect(remove(['pump-001', 'typo'])).rejects.toMatchObject({
      code: 'bad_usage',
      message: expect.stringContaining('no thing typo in') as string,
    });
    await expectWhole();
  });

  it('tells first what it would remove', async () => {
    await make();
    registry.changes.length = 0;
    const all = await undo(ports(), { things: undefined, api: undefined, isDone: false });
    expect(all.map(({ steps }) => steps)).toEqual(
      names.map(() => ['remove the certificate', 'delete the thing', 'delete the files']),
    );
    expect(registry.changes).toEqual([]);
    await expectWhole();
  });

  it('leaves things that were there before, and those with other certificates', async () => {
    await registry.createThing('pump-001', { from: 'before' });
    await make();
    registry.things.get('pump-002')?.certificates.add('another');
    const all = await remove();
    expect([...registry.things.keys()]).toEqual(['pump-001', 'pump-002']);
    expect(registry.certificates.size).toBe(0);
    expect(all[1]?.left).toContain('1 other certificate');
  });

  it('leaves other files in the folder', async () => {
    await make();
    await mkdir(join(out, 'notes'));
    await remove();
    expect(await readdir(out)).toEqual(['notes']);
  });

  // Five a thing too: deactivate, detach twice, delete twice.
  it.each(Array.from({ length: changesOfAll }, (_, n) => n))(
    'goes on after a failure at change %i',
    async (n) => {
      await make();
      failAt(n);
      await expect(remove()).rejects.toThrow('on purpose');
      mend();
      await remove();
      expect([registry.things.size, registry.certificates.size]).toEqual([0, 0]);
      expect(await readdir(above)).toEqual([]);
    },
  );
});
