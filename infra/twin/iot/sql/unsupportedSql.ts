/** A statement that cannot run. The message is a sentence that names the token or function and says what is wrong. */
export class UnsupportedSql extends Error {
  override readonly name = 'UnsupportedSql';
}
