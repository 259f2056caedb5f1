/** Something the user can mend. The message is one sentence that says what is wrong and what to do. */
export class WatchError extends Error {
  override readonly name = 'WatchError';
  readonly code: 'bad_usage' | 'unreachable' | 'refused';

  constructor(code: WatchError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
