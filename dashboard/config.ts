/** What the page learns at start, from `GET /config.json`. Everything in it is public. */
export type DashboardConfig = {
  /** Where the WebSocket API is, e.g. `ws://127.0.0.1:4001/live`. */
  webSocketUrl: string;
  /** Names to offer before any reading was seen. */
  suggestions?: { regions: string[]; types: string[] };
  /** By type of device and field, what a value is measured in, e.g. `{"pump":{"pressure":"bar"}}`. Readings do not say. */
  units?: Record<string, Record<string, string>>;
  /** Where a device may publish without a certificate; only a local run has such a place. */
  mqttUrl?: string;
};

/** As served: whether `POST /development-token` exists. */
export type ServedConfig = DashboardConfig & { developmentToken: boolean };
