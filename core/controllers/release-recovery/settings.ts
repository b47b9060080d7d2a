/** How patient recovery is, and how much it does. Times in milliseconds. */
export interface RecoverySettings {
  /** How long Ready must have been Unknown. Something is done only past it. */
  readonly threshold: number;
  /** How many releases one run acts on at most, from 1 to `highestLimit`. */
  readonly limit: number;
  /** How long a release stays suspended. */
  readonly pause: number;
  /** How old a mark must be before the run that left it counts as dead. */
  readonly abandonedAfter: number;
}

/** No run acts on more, whatever it is told: so many stuck at once have a cause that a person must find. */
export const highestLimit = 10;

export const defaultRecoverySettings: RecoverySettings = {
  threshold: 5 * 60_000,
  limit: highestLimit,
  pause: 5_000,
  abandonedAfter: 60_000,
};

/** Who writes, as managed fields and events show it, and what every line of the log begins with. */
export const recoveryName = "stuck-hr-recovery";

const group = "stuck-hr-recovery.openova.io";

/** When Ready was corrected: what has it is never corrected again. RFC 3339. */
export const correctedAtAnnotation = `${group}/auto-corrected-at`;

/** When a release was suspended and resumed last: the next time is a whole threshold away. RFC 3339. */
export const toggledAtAnnotation = `${group}/toggled-at`;

/**
 * What a run has begun and not finished, `toggle-suspend` or `correct-ready`, and when (RFC 3339). By it the next run
 * tells what a killed one suspended from what a person did.
 */
export const inProgressAnnotation = `${group}/in-progress`;

/** The message of a corrected Ready condition: what an audit is searched for. */
export const auditMessage = "auto-corrected from deployed-but-unknown-Ready by stuck-hr-recovery (TBD-A66)";
