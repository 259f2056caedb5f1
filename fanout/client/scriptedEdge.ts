import { limits } from '../limits.ts';
import { bearerPrefix, type Frame, type FrameOf, type Request, type SensorUpdate } from '../protocol.ts';
import { keyOf, keysOf, type Target } from '../target.ts';
import type { WebSocketConstructor } from './socket.ts';

/** One open connection as the edge sees it. */
export type EdgeSocket = {
  readonly token: string;
  readonly subscriptions: Map<string, Target>;
  /** Everything the client said on it. */
  readonly requests: Request[];
  /** Whether it hears nothing any more, as after a network was changed. */
  deaf: boolean;
  say: (frame: object) => void;
  /** Ends it, as API Gateway does after two hours. */
  cut: () => void;
};

export type Script = {
  /** Frames instead of those of the contract; undefined to leave it to the contract. */
  answer?: (request: Request, socket: EdgeSocket) => object[] | undefined;
  /** HTTP status instead of a WebSocket, by the number of the handshake from 1 on. */
  refuse?: (handshake: number) => number | undefined;
  /** How long a connection and a token last. */
  connectionMs?: number;
  tokenMs?: number;
  /** From `subscribed` to `live`. */
  catchUpMs?: number;
  heartbeatMs?: number;
  limits?: Partial<FrameOf<'welcome'>['limits']>;
};

type Published = { reading: Omit<SensorUpdate, 'type' | 'sentAt'>; recordedAt: number };

/**
 * The serverless edge in memory, for tests of the client with fake timers: keeps what is published, answers by the
 * contract (without `where` and folding), replays since a given time, and cuts connections when told or when they are
 * due.
 */
export const scriptedEdge = (script: Script = {}) => {
  const open = new Set<EdgeSocket>();
  const all: EdgeSocket[] = [];
  const history: Published[] = [];
  const state = { handshakes: 0, mostOpen: 0, recovers: true };

  const updateOf = ({ reading }: Published): SensorUpdate => ({
    type: 'sensor_update',
    ...reading,
    sentAt: Date.now(),
  });

  const covers = (to: Target, { reading }: Published): boolean => keysOf(reading).includes(keyOf(to));

  const subscribe = (socket: EdgeSocket, request: Extract<Request, { action: 'subscribe' }>): void => {
    const { id, to, since, where, maxRate } = request;
    socket.subscriptions.set(id, to);
    const begun = Date.now();
    socket.say({
      type: 'subscribed',
      id,
      to,
      ...(where === undefined ? {} : { where }),
      ...(maxRate === undefined ? {} : { maxRate }),
      at: begun,
    });
    const recovered = state.recovers;
    if (request.snapshot ?? (since === undefined || !recovered)) snapshot(socket, id, to);
    setTimeout(() => {
      if (!open.has(socket)) return;
      const from = since !== undefined && recovered ? since - limits.resumeOverlapMs : begun - 1_000;
      const updates = history.filter((one) => one.recordedAt >= from && covers(to, one)).map(updateOf);
      if (updates.length > 0) socket.say({ type: 'sensor_batch', updates });
      if (since !== undefined) socket.say({ type: 'resumed', id, recovered, readings: updates.length });
      socket.say({ type: 'live', id, at: Date.now() });
    }, script.catchUpMs ?? 1_000);
  };

  const snapshot = (socket: EdgeSocket, id: string, to: Target): void => {
    const latest = new Map(
      history.filter((one) => covers(to, one)).map((one) => [one.reading.deviceId, one]),
    );
    const devices = [...latest.values()].map(({ reading, recordedAt }) => {
      const { deviceId, region, deviceType, folded: _, ...rest } = reading;
      const who = { deviceId, region, ...(deviceType === undefined ? {} : { deviceType }) };
      return { ...who, online: true, lastSeen: recordedAt, latest: rest };
    });
    if (devices.length > 0) socket.say({ type: 'snapshot', id, devices });
    socket.say({ type: 'snapshot_end', id, devices: devices.length, at: Date.now() });
  };

  const welcome = (id: string | undefined): object => ({
    type: 'welcome',
    id,
    connectionId: `c${all.length}`,
    edge: 'serverless',
    serverTime: Date.now(),
    closesAt: Date.now() + (script.connectionMs ?? limits.connectionMs),
    tokenExpiresAt: Date.now() + (script.tokenMs ?? 24 * 60 * 60 * 1000),
    heartbeatMs: script.heartbeatMs ?? limits.heartbeatMs,
    limits: {
      frameBytes: limits.frameBytes,
      subscriptions: limits.subscriptions,
      actionsPerSecond: limits.actionsPerSecond,
      actionsBurst: limits.actionsBurst,
      ...script.limits,
    },
    grants: ['*'],
  });

  const historyOf = ({ id, device, from = 0 }: Extract<Request, { action: 'history' }>): object => ({
    type: 'history',
    id,
    device,
    readings: history
      .filter(({ reading, recordedAt }) => reading.deviceId === device && recordedAt >= from)
      .map(({ reading: { deviceId: _, folded: __, ...reading } }) => reading),
  });

  const answer = (request: Request, socket: EdgeSocket): void => {
    const scripted = script.answer?.(request, socket);
    if (scripted !== undefined) {
      scripted.forEach((frame) => socket.say(frame));
      return;
    }
    const { id } = request;
    switch (request.action) {
      case 'hello': {
        socket.say(welcome(id));
        return;
      }
      case 'subscribe': {
        subscribe(socket, request);
        return;
      }
      case 'unsubscribe':
        socket.subscriptions.delete(request.id);
        {
          socket.say({ type: 'unsubscribed', id });
          return;
        }
      case 'subscriptions': {
        const items = [...socket.subscriptions].map(([one, to]) => ({ id: one, to }));
        socket.say({ type: 'subscriptions', id, items });
        return;
      }
      case 'history': {
        socket.say(historyOf(request));
        return;
      }
      case 'note': {
        socket.say({ type: 'noted', id, at: Date.now() });
        return;
      }
      case 'explain': {
        socket.say({ type: 'explain', id, device: request.device, delivered: true, stages: [] });
        return;
      }
      case 'authenticate': {
        const expiresAt = Date.now() + (script.tokenMs ?? 24 * 60 * 60 * 1000);
        socket.say({ type: 'authenticated', id, expiresAt, grants: ['*'] });
        return;
      }
      case 'ping': {
        socket.say({ type: 'pong', id, serverTime: Date.now() });
        return;
      }
    }
  };

  class EdgeWebSocket extends EventTarget {
    readonly url: string;
    binaryType = 'blob';
    readyState = 0;
    readonly #socket: EdgeSocket;

    constructor(url: string, protocols: string[] = []) {
      super();
      this.url = url;
      const token = protocols.find((one) => one.startsWith(bearerPrefix))?.slice(bearerPrefix.length) ?? '';
      this.#socket = {
        token,
        subscriptions: new Map(),
        requests: [],
        deaf: false,
        say: (frame) => {
          const data = JSON.stringify(frame);
          queueMicrotask(() => this.readyState === 1 && this.#tell('message', { data }));
        },
        cut: () => this.close(1001),
      };
      queueMicrotask(() => this.#shakeHands());
    }

    send(text: string): void {
      if (this.readyState !== 1 || this.#socket.deaf) return;
      // What arrives is what the client under test made of its own Request type.
      const request = JSON.parse(text) as Request;
      this.#socket.requests.push(request);
      queueMicrotask(() => open.has(this.#socket) && answer(request, this.#socket));
    }

    close(code = 1000): void {
      if (this.readyState > 1) return;
      this.readyState = 3;
      open.delete(this.#socket);
      queueMicrotask(() => this.#tell('close', { code, reason: '' }));
    }

    #shakeHands(): void {
      if (this.readyState !== 0) return;
      const status = script.refuse?.(++state.handshakes);
      if (status !== undefined) {
        this.readyState = 3;
        this.#tell('error', { message: `Unexpected server response: ${status}`, error: {} });
        return;
      }
      this.readyState = 1;
      open.add(this.#socket);
      all.push(this.#socket);
      state.mostOpen = Math.max(state.mostOpen, open.size);
      const { connectionMs = limits.connectionMs } = script;
      setTimeout(() => this.#socket.cut(), connectionMs);
      this.#tell('open', {});
    }

    #tell(type: string, more: object): void {
      this.dispatchEvent(
        Object.assign(
          type === 'message' ? new MessageEvent(type, more) : new Event(type),
          type === 'message' ? {} : more,
        ),
      );
    }
  }

  return {
    WebSocket: EdgeWebSocket as WebSocketConstructor,
    /** The connections that are open now, the oldest first. */
    open: () => [...open],
    /** Every connection there was. */
    all,
    /** The most connections that were open at a time. */
    mostOpen: () => state.mostOpen,
    requests: (action: Request['action']) =>
      all.flatMap(({ requests }) => requests).filter((one) => one.action === action),
    /** Whether `since` is honoured from now on. */
    recovers: (recovers: boolean) => void (state.recovers = recovers),
    say: (frame: Frame | object) => open.forEach((socket) => socket.say(frame)),
    cut: () => [...open].forEach((socket) => socket.cut()),
    /** Keeps a reading, and pushes it to whoever asked for it, unless the push is lost. */
    publish: (reading: Published['reading'], { lost = false } = {}) => {
      const published = { reading, recordedAt: Date.now() };
      history.push(published);
      if (lost) return;
      for (const socket of open)
        if ([...socket.subscriptions.values()].some((to) => covers(to, published)))
          socket.say(updateOf(published));
    },
  };
};

export type ScriptedEdge = ReturnType<typeof scriptedEdge>;
