import { leaveWall } from './enterWall.ts';

/** Seen by who moves the mouse to it, or tabs to it. Escape does the same. */
export const LeaveWall = () => (
  <button type="button" class="quiet leave-wall" onClick={leaveWall}>
    Leave the wall
  </button>
);
