import { TwinError } from '../twinError.ts';

export const unknownIntrinsic = (name: string, path: string): TwinError =>
  new TwinError(
    'unknown_intrinsic',
    `The twin does not know ${name}, which the template uses at ${path}; write the value without it.`,
  );

export const misused = (name: string, path: string): TwinError =>
  new TwinError('bad_intrinsic', `${name} at ${path} is not of the form that CloudFormation describes.`);
