/**
 * Something the user can mend: a template the twin cannot run, a taken port, a setting that makes no sense.
 * The message is one sentence that says what is wrong and what to do; it is shown without a stack trace.
 */
export class TwinError extends Error {
  override readonly name = 'TwinError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
