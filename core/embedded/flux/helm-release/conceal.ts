import { concealer } from "@catalyst/base/conceal";
import type { HelmRelease } from "@catalyst/ports/flux";
import type { Session } from "../reconcile/session.ts";

/** A session in which nothing that is said of the release quotes a secret value: conditions, events, errors. */
export function concealing(
  session: Session<HelmRelease>,
  secretTexts: readonly string[],
): Session<HelmRelease> {
  if (secretTexts.length === 0) return session;
  const conceal = concealer(secretTexts);
  session.draft.conditions.conceal(conceal);
  return {
    ...session,
    record: (note) => session.record({ ...note, message: conceal(note.message) }),
  };
}
