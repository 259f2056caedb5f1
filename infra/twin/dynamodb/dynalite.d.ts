/** The part of dynalite 4.0.0 that the twin uses; the package ships no types. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** An HTTP server that speaks DynamoDB; its `close` also closes the store. */
  const dynalite: (options: {
    /** Folder of the LevelDB store; in memory without it. */
    path?: string;
    /** How long a table stays in CREATING, milliseconds. */
    createTableMs?: number;
  }) => Server;
  export default dynalite;
}
