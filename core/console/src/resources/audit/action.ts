/** What the API calls an action, in the audit view and in an Environment's activity. */
const actions = [
  "install",
  "change",
  "remove",
  "rollback",
  "pause",
  "resume",
  "retry",
  "create-organization",
  "change-organization",
  "remove-organization",
  "create-environment",
  "change-environment",
  "remove-environment",
  "set-member",
  "remove-member",
] as const;

export type AuditedAction = (typeof actions)[number];

/** Tells whether the catalogue has words for an action; an API that is newer than this page may know more. */
export function isAuditedAction(action: string): action is AuditedAction {
  return (actions as readonly string[]).includes(action);
}
