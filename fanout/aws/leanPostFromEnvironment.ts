import type { Post } from '../ports.ts';
import { edgeSettings } from './edgeSettings.ts';
import { leanPost } from './leanPost.ts';

/** Posts for a function that does little else. In a file of its own, so that no other function carries undici with it. */
export const leanPostFromEnvironment = (): { post: Post } => leanPost(edgeSettings());
