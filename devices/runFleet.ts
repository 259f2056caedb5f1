export { unreachable } from './watchFleet.ts';
