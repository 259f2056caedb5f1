/** The errors of the AWS IoT API that the twin answers, with their HTTP status (API reference, "Common errors" and each operation's). */
const statuses = {
  CertificateStateException: 406,
  DeleteConflictException: 409,
  InternalFailureException: 500,
  InvalidRequestException: 400,
  ResourceAlreadyExistsException: 409,
  ResourceNotFoundException: 404,
  ThrottlingException: 400,
  UnknownOperationException: 404,
  VersionConflictException: 409,
} as const;

/** What an operation of the API ends with when it is refused. */
export class IotError extends Error {
  override readonly name: keyof typeof statuses;
  readonly status: number;
  /** Members of the error besides its message. */
  readonly members: Readonly<Record<string, string>>;

  constructor(name: keyof typeof statuses, message: string, members: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = name;
    this.status = statuses[name];
    this.members = members;
  }
}

export const notFound = (what: string): IotError =>
  new IotError('ResourceNotFoundException', `${what} does not exist.`);

export const invalid = (message: string): IotError => new IotError('InvalidRequestException', message);
