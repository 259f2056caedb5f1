import { parseArgs } from 'node:util';

/** Which credentials deploy, other than the default ones, and what the bootstrap's stack is called there. */
export type AskedAccount = { readonly profile?: string; readonly toolkitStackName: string };

/** As the CDK CLI would read it from its arguments; what else they say is its own business. */
export const askedAccount = (args: readonly string[]): AskedAccount => {
  const { values } = parseArgs({
    args: [...args],
    options: { profile: { type: 'string' }, 'toolkit-stack-name': { type: 'string' } },
    strict: false,
  });
  const { profile, 'toolkit-stack-name': toolkitStackName } = values;
  return {
    ...(typeof profile === 'string' ? { profile } : {}),
    toolkitStackName: typeof toolkitStackName === 'string' ? toolkitStackName : 'CDKToolkit',
  };
};

/** What prepares that account. */
export const bootstrapCommand = ({ profile, toolkitStackName }: AskedAccount): string =>
  [
    'npx cdk bootstrap',
    ...(profile === undefined ? [] : [`--profile ${profile}`]),
    ...(toolkitStackName === 'CDKToolkit' ? [] : [`--toolkit-stack-name ${toolkitStackName}`]),
  ].join(' ');
