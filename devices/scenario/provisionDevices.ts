import { DevicesError } from '../devicesError.ts';
import type { Device } from '../fleet.ts';
import { stopped } from './stopped.ts';

/** An AWS IoT API, and the policy that certificates get there. */
export type IotApi = { readonly api: string; readonly policy: string };

/**
 * Gives devices things and certificates through the AWS IoT API of a twin. Resolves to the path of their fleet file. Throws
 * DevicesError as `provision` does.
 */
export const provisionDevices = async (
  { api, policy, folder, signal }: IotApi & { readonly folder: string; readonly signal: AbortSignal },
  devices: readonly Device[],
): Promise<string> => {
  // Only now: the SDK takes a while to load, and few scenarios need it.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const [{ awsThingRegistry }, { fleetFolder }, { provision }, { caOf }] = await Promise.all([
    import('../provision/awsThingRegistry.ts'),
    import('../provision/fleetFolder.ts'),
    import('../provision/provision.ts'),
    import('../provision/caOf.ts'),
  ]);
  const target = fleetFolder(folder);
  const work = await provision(
    { registry: awsThingRegistry(api), folder: target, signal, onWork: () => undefined },
    {
      wanted: devices.map(({ id, region, type }) => ({ thing: id, region, type })),
      policy,
      ca: await caOf(api),
      api,
      isDone: true,
    },
  );
  if (signal.aborted) throw stopped();
  const left = work.find((one) => one.left !== undefined)?.left;
  if (left !== undefined) throw new DevicesError('aws_refused', left);
  return target.file;
};
