/**
 * An answer that SQS gives instead of a result. `shape` is the error's name in the JSON protocol, `code` the older one
 * that goes out as `x-amzn-query-error` (SQS API reference, "Common Errors", and its Smithy model).
 */
export class SqsError extends Error {
  override readonly name = 'SqsError';
  readonly shape: string;
  readonly code: string;

  constructor(shape: string, message: string, code = shape) {
    super(message);
    this.shape = shape;
    this.code = code;
  }
}

export const queueDoesNotExist = (): SqsError =>
  new SqsError(
    'QueueDoesNotExist',
    'The specified queue does not exist.',
    'AWS.SimpleQueueService.NonExistentQueue',
  );

export const invalidParameter = (message: string): SqsError => new SqsError('InvalidParameterValue', message);

export const missingParameter = (name: string): SqsError =>
  new SqsError('MissingParameter', `The request must contain the parameter ${name}.`);

export const invalidReceiptHandle = (handle: string): SqsError =>
  new SqsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
  );

export const messageNotInflight = (): SqsError =>
  new SqsError(
    'MessageNotInflight',
    'The message referred to is not in flight.',
    'AWS.SimpleQueueService.MessageNotInflight',
  );

/** The errors of a batch as a whole; `name` without the prefix that the older code carries. */
export const batchError = (name: string, message: string): SqsError =>
  new SqsError(name, message, `AWS.SimpleQueueService.${name}`);
