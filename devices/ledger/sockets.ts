import WebSocket from 'ws';
import type { WebSocketConstructor } from '../../fanout/client/telemetryClient.ts';

/** Sockets of one viewer that hand each frame to somebody first, and can be cut, or left unread. */
export type RecordedSockets = {
  readonly WebSocket: WebSocketConstructor;
  /** Ends every connection without a word. */
  readonly cut: () => void;
  /** Reads no more: what comes waits in the machine's buffers, and then at the sender's. */
  readonly pause: () => void;
  readonly resume: () => void;
};

export const recordedSockets = (receive: (text: string) => void): RecordedSockets => {
  const open = new Set<WebSocket>();
  let isPaused = false;
  class Recorded extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols);
      this.on('open', () => {
        open.add(this);
        if (isPaused) this.pause();
      });
      this.on('close', () => open.delete(this));
      this.on('message', (bytes: Buffer) => receive(bytes.toString()));
    }
  }
  return {
    WebSocket: Recorded,
    cut: () => open.forEach((socket) => socket.terminate()),
    pause: () => {
      isPaused = true;
      open.forEach((socket) => socket.pause());
    },
    resume: () => {
      isPaused = false;
      open.forEach((socket) => socket.resume());
    },
  };
};
