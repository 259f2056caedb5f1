import { limits } from '../../../fanout/limits.ts';
import type { Frame, Request } from '../../../fanout/protocol.ts';
import { deviceOf, historyAt, snapshotAt, type Course } from './feed.ts';
import { packed } from './packed.ts';
import { region } from './scene.ts';

/** What is left of a frame for what it lists. */
export const roomInFrame = limits.frameBytes - 200;
/** A page of history has some 200 bytes a reading. */
const historyReadings = 100;
const longMs = 24 * 60 * 60 * 1000;

const idOf = ({ id }: Request): { id?: string } => (id === undefined ? {} : { id });

const isOurs = (to: Extract<Request, { action: 'subscribe' }>['to']): boolean =>
  'region' in to && to.region === region;

const subscribed = (
  request: Extract<Request, { action: 'subscribe' }>,
  course: Course,
  now: number,
): Frame[] => {
  const { id, to, where, maxRate } = request;
  const devices = isOurs(to) ? snapshotAt(course, now) : [];
  return [
    {
      type: 'subscribed',
      id,
      to,
      ...(where === undefined ? {} : { where }),
      ...(maxRate === undefined ? {} : { maxRate }),
      at: now,
    },
    ...packed(devices, roomInFrame).map((page): Frame => ({ type: 'snapshot', id, devices: page })),
    { type: 'snapshot_end', id, devices: devices.length, at: now },
    ...(request.since === undefined
      ? []
      : [{ type: 'resumed', id, recovered: false, readings: 0 } satisfies Frame]),
    { type: 'live', id, at: now },
  ];
};

/** What `fieldcast.v1` answers. `where` and `maxRate` are confirmed and not heeded: a bench of a page asks for neither. */
export const answerTo = (request: Request, course: Course, now: number): Frame[] => {
  const id = idOf(request);
  switch (request.action) {
    case 'hello':
      return [
        {
          type: 'welcome',
          ...id,
          connectionId: 'bench',
          edge: 'serverless',
          serverTime: now,
          closesAt: now + longMs,
          tokenExpiresAt: now + longMs,
          heartbeatMs: limits.heartbeatMs,
          limits: {
            frameBytes: limits.frameBytes,
            subscriptions: limits.subscriptions,
            actionsPerSecond: limits.actionsPerSecond,
            actionsBurst: limits.actionsBurst,
          },
          grants: ['*'],
        },
      ];
    case 'subscribe':
      return subscribed(request, course, now);
    case 'unsubscribe':
      return [{ type: 'unsubscribed', id: request.id }];
    case 'subscriptions':
      return [{ type: 'subscriptions', ...id, items: [] }];
    case 'history': {
      const device = deviceOf(request.device);
      const readings = device < course.devices ? historyAt(course, device, now, historyReadings) : [];
      return [{ type: 'history', ...id, device: request.device, readings }];
    }
    case 'note':
      return [
        { type: 'noted', ...id, at: now },
        { type: 'note', to: request.to, text: request.text, from: 'bench', at: now },
      ];
    case 'explain':
      return [{ type: 'explain', ...id, device: request.device, delivered: true, stages: [] }];
    case 'authenticate':
      return [{ type: 'authenticated', ...id, expiresAt: now + longMs, grants: ['*'] }];
    case 'ping':
      return [
        { type: 'pong', ...id, ...(request.at === undefined ? {} : { at: request.at }), serverTime: now },
      ];
  }
};
