/** Something the user can mend. The message is one sentence that says what is wrong and what to do. */
export class DevicesError extends Error {
  override readonly name = 'DevicesError';
  readonly code:
    | 'bad_usage'
    | 'bad_file'
    | 'broker_unreachable'
    | 'aws_refused'
    | 'aws_unreachable'
    /** It ran, but not everything was acknowledged. */
    | 'partial_failure'
    | 'system_unreachable'
    | 'expectation_failed';

  constructor(code: DevicesError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
