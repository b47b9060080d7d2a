export type LintSeverity = "INFO" | "WARNING" | "ERROR";

export interface LintMessage {
  readonly severity: LintSeverity;
  /** The file or folder it is about, below the chart's; `.` is the chart itself. Empty for all of it. */
  readonly path: string;
  readonly text: string;
}

/** Makes a message about a path; undefined where there is nothing to say. */
export function message(severity: LintSeverity, path: string, text: string | undefined): LintMessage[] {
  return text === undefined ? [] : [{ severity, path, text }];
}

/** Prints messages as `helm lint` does: `[ERROR] templates/: …`. `folder` is where the chart lies. */
export function printLintMessages(folder: string, messages: readonly LintMessage[]): string {
  return messages
    .map(({ severity, path, text }) => `[${severity}] ${path === "." ? folder : path}: ${text}\n`)
    .join("");
}
