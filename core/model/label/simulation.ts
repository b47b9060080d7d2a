/**
 * Annotations on a Pod by which a simulated node plays something else than success. Each is for all containers of
 * the Pod but the init containers; with `.NAME` behind it, for the container of that name alone.
 */
export const simulation = {
  /** The failure to play: `crash`, `pull-error` or `never-ready`. */
  failure: "catalyst.openova.io/simulate",
  /** How long pulling the image takes (`5s`). */
  pullDelay: "catalyst.openova.io/simulate-pull-delay",
  /** How long a container takes to become ready, or to end if it is to end (`5s`). */
  startDelay: "catalyst.openova.io/simulate-start-delay",
  /** How long a container runs before it ends by itself (`1m`). */
  runTime: "catalyst.openova.io/simulate-run-time",
  /** With what a container ends (`0` to `255`); without a run time, as soon as it is started. */
  exitCode: "catalyst.openova.io/simulate-exit-code",
  /** How often a container ends with its exit code (1 unless given) before it stays (`3`). */
  crashes: "catalyst.openova.io/simulate-crashes",
  /** The lines of a container's log, instead of those that say that nothing runs. */
  log: "catalyst.openova.io/simulate-log",
  /** Processors in use, as a quantity (`250m`). */
  cpu: "catalyst.openova.io/simulate-cpu",
  /** Memory in use, as a quantity (`64Mi`). */
  memory: "catalyst.openova.io/simulate-memory",
} as const;
