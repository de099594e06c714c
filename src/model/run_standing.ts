/**
 * How a run stands, told from its folder.
 *
 * @module
 */

/**
 * `interrupted`: neither stopped nor ended, and no process works on it: it was killed. `replaced`:
 * unfinished or damaged, but a later run was started that sends its rows too.
 */
export type RunStanding =
  | "in-progress"
  | "stopped"
  | "interrupted"
  | "completed"
  | "replaced"
  | "damaged";
