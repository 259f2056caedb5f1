import { maySee } from '../grants.ts';
import type { Connection, Device, Devices, Held, HeldSubscription, Paces } from '../ports.ts';
import type { Frame, FrameOf, RequestOf } from '../protocol.ts';
import { keysOf, partsOf, targetOf } from '../target.ts';
import { matches } from '../where.ts';
import { echo } from './act.ts';
import { closesAt } from './notices.ts';
import { rateStage } from './rateStage.ts';
import { listed, quoted } from './sentences.ts';
import { whereStage } from './whereStage.ts';

export type Stage = FrameOf<'explain'>['stages'][number];

const timeOf = (epochMs: number): string => new Date(epochMs).toISOString();

const connectionStages = (connection: Connection): Stage[] => [
  {
    stage: 'connection',
    ok: true,
    detail: `This connection is ${quoted(connection.principal)}'s and stays open until ${timeOf(closesAt(connection))} at the latest.`,
  },
  { stage: 'token', ok: true, detail: `Its token is good until ${timeOf(connection.tokenExpiresAt)}.` },
];

/** The same for a device that never sent anything as for one that others may see. */
const noDevice = (deviceId: string): Stage => ({
  stage: 'device',
  ok: false,
  detail: `You can see no device ${deviceId}: it has never sent a reading, or your grants do not cover it.`,
});

const deviceStages = ({ grants }: Connection, { latest, recordedAt }: Device): Stage[] => {
  const { deviceId, region, deviceType } = latest;
  const type = deviceType === undefined ? '' : `, of type ${deviceType}`;
  const covering = grants.find((grant) => maySee([grant], latest)) ?? '';
  return [
    {
      stage: 'device',
      ok: true,
      detail: `${deviceId} is in region ${region}${type}, and was last heard at ${timeOf(recordedAt)}.`,
    },
    { stage: 'grants', ok: true, detail: `Your grant ${quoted(covering)} covers it.` },
  ];
};

const nameOf = ({ id, target }: HeldSubscription): string => `${id} (${partsOf(targetOf(target)).join(' ')})`;

const subscriptionsStage = (deviceId: string, held: number, asking: readonly HeldSubscription[]): Stage => {
  const ok = asking.length > 0;
  return {
    stage: 'subscriptions',
    ok,
    detail: ok
      ? `You get ${deviceId} through ${asking.length > 1 ? 'subscriptions' : 'subscription'} ${listed(asking.map(nameOf))}.`
      : `None of your ${held} subscriptions is to ${deviceId}, to its region or to its type; subscribe to one of these.`,
  };
};

/**
 * `explain` → stage by stage, why this connection gets the readings of a device as things are, or does not. The stages
 * end with the first one that says no. A device that the grants do not cover looks as if there were none.
 */
export const explain =
  ({ devices, paces }: { devices: Pick<Devices, 'get'>; paces: Pick<Paces, 'find'> }) =>
  async ({ connection, subscriptions }: Held, { id, device }: RequestOf<'explain'>): Promise<Frame> => {
    const frameOf = (stages: Stage[]): Frame => ({
      type: 'explain',
      ...echo(id),
      device,
      delivered: stages.every(({ ok }) => ok),
      stages: [...connectionStages(connection), ...stages],
    });
    const [known] = await devices.get([device]);
    if (known === undefined || !maySee(connection.grants, known.latest)) return frameOf([noDevice(device)]);

    const { latest } = known;
    const asking = subscriptions.filter(({ target }) => keysOf(latest).includes(target));
    const stages = [
      ...deviceStages(connection, known),
      subscriptionsStage(device, subscriptions.length, asking),
    ];
    if (asking.length === 0) return frameOf(stages);
    const matching = asking.filter(({ where }) => matches(where, latest.data));
    stages.push(whereStage(latest, asking));
    if (matching.length === 0) return frameOf(stages);
    const found = await paces.find({ connectionId: connection.connectionId, deviceId: device });
    return frameOf([...stages, rateStage(matching, found?.pace)]);
  };
