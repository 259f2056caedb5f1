import * as z from 'zod/mini';
import { environment } from '../environment.ts';
import type { Credentials, SignerPorts } from '../signer.ts';

const text = z.string().check(z.minLength(1));

/** As Lambda puts them into a function's environment. Read for each request, as the twin and tests may replace them. */
const credentials = (): Credentials => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: AWS_SESSION_TOKEN,
  };
};

/** Who signs and for which region, as Lambda tells every function. Throws where it does not. */
export const signing = (): Pick<SignerPorts, 'region' | 'credentials'> => {
  const { AWS_REGION } = environment(
    z.object({ AWS_REGION: text, AWS_ACCESS_KEY_ID: text, AWS_SECRET_ACCESS_KEY: text }),
  );
  return { region: AWS_REGION, credentials };
};
