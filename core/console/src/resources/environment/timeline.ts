import type { ActivityView, CommitView } from "@catalyst/model/view";

/** One line of what happened in an Environment. */
export interface TimelineEntry {
  readonly id: string;
  readonly time: string;
  readonly who: string;
  readonly text: string;
  readonly kind: "commit" | "done" | "refused" | "failed";
  readonly application?: string;
  /** What was tried, where that isn't in the text. */
  readonly action?: string;
}

/** What is a commit to the Environment's repository when it is done. */
const committing = new Set(["install", "change", "remove", "rollback", "pause", "resume"]);

/**
 * Puts together what happened, newest first: every commit, whoever made it and however, and what was asked
 * for without becoming one, because it was refused, failed, or changes nothing in Git.
 */
export function timelineOf(
  items: readonly ActivityView[],
  commits: readonly CommitView[],
): readonly TimelineEntry[] {
  return [
    ...commits.map(({ id, date, author, message }) => ({
      id,
      time: date,
      who: author,
      text: message.split("\n")[0] ?? "",
      kind: "commit" as const,
    })),
    ...items
      .filter(({ action, outcome }) => outcome !== "done" || !committing.has(action))
      .map(({ id, time, user, message, outcome, application, action }) => ({
        id,
        time,
        who: user,
        text: message,
        kind: outcome as "done" | "refused" | "failed",
        ...(application === undefined ? {} : { application }),
        ...(outcome === "done" ? {} : { action }),
      })),
  ].toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time));
}
