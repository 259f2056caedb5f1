/** Where people sign in: Cognito's managed login, or another authorization server with its end-points (RFC 6749). */
export type SignInConfig = {
  /** E.g. `https://fieldcast.auth.eu-central-1.amazoncognito.com/oauth2/authorize`. */
  authorizeUrl: string;
  tokenUrl: string;
  /** Ends the session there; it is told `client_id` and `logout_uri`, as Cognito wants it. */
  logoutUrl: string;
  /** Where the refresh token of whoever signs out is revoked (RFC 7009); without it, it ends with its time. */
  revokeUrl?: string | undefined;
  /** Of a client without a secret that may come back to the root of the page's origin, also after signing out. */
  clientId: string;
};

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
  /** Without it there is a development token, or nobody can look. */
  signIn?: SignInConfig;
};

/** As served: whether `POST /development-token` exists. */
export type ServedConfig = DashboardConfig & { developmentToken: boolean };
