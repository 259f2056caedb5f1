/** Something the user can mend; the message is one sentence that says how, shown without a stack trace. */
export class DashboardError extends Error {
  override readonly name = 'DashboardError';
  readonly code: 'port_taken';

  constructor(code: 'port_taken', message: string) {
    super(message);
    this.code = code;
  }
}
