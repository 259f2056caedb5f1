/** The browser's WebSocket, which remembers how large the message is that is being handed out. */
export const countingWebSocket = (): { WebSocket: typeof WebSocket; lastBytes: () => number } => {
  let last = 0;
  class CountingWebSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      // Added first, so it runs before whoever reads the message.
      this.addEventListener('message', ({ data }) => {
        // A character that is no ASCII takes more than a byte; telemetry is nearly all ASCII.
        last = typeof data === 'string' ? data.length : 0;
      });
    }
  }
  return { WebSocket: CountingWebSocket, lastBytes: () => last };
};
