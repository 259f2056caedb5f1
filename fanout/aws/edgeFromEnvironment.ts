import { edgeByHttp } from './edgeByHttp.ts';
import { edgeSettings } from './edgeSettings.ts';

/** The edge, for a function that asks it little. See {@link leanPostFromEnvironment} for those that post all day. */
export const edgeFromEnvironment = (): ReturnType<typeof edgeByHttp> => edgeByHttp(edgeSettings());
