import type { Plan } from "@catalyst/model/plan";
import { GitMerge } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../api/http.ts";
import { Button } from "../../design/button.tsx";
import { FieldChanges } from "../../plan/field-changes.tsx";

type Fields = Plan["applications"][number]["fields"];

/** Two changes of one Application that were begun from the same state. */
export interface ChangeConflict {
  readonly message: string;
  readonly hint: string | undefined;
  readonly yours: Fields;
  readonly theirs: Fields;
  /** Who made the other one. */
  readonly author: string | undefined;
}

/** Reads both changes out of a lost race. */
export function conflictOf(error: unknown): ChangeConflict | undefined {
  if (!(error instanceof ApiProblem) || error.code !== "change-conflict") return undefined;
  const yours = error.details["yours"] as { readonly fields?: Fields } | undefined;
  const theirs = error.details["theirs"] as
    | { readonly fields?: Fields; readonly commit?: { readonly author?: { readonly name?: string } } }
    | undefined;
  return {
    message: error.message,
    hint: error.hint,
    yours: yours?.fields ?? [],
    theirs: theirs?.fields ?? [],
    author: theirs?.commit?.author?.name,
  };
}

/** Both changes, side by side, and the way on. */
export function Conflict({
  conflict: { message, hint, yours, theirs, author },
  onStartAgain,
}: {
  readonly conflict: ChangeConflict;
  readonly onStartAgain: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div role="alert" className="grid gap-4 rounded-xl border border-line bg-warn-soft p-4">
      <div className="flex gap-3">
        <GitMerge size={20} className="mt-0.5 shrink-0 text-warn" aria-hidden />
        <div className="grid gap-1">
          <p className="font-semibold text-warn">{message}</p>
          {hint !== undefined && <p className="text-ink-soft text-sm">{hint}</p>}
        </div>
      </div>
      <div className="grid gap-4 rounded-lg bg-raised p-3 sm:grid-cols-2">
        <section className="grid content-start gap-2">
          <h3 className="px-2 font-semibold text-sm">{t("conflict.yours")}</h3>
          <FieldChanges fields={yours} />
        </section>
        <section className="grid content-start gap-2">
          <h3 className="px-2 font-semibold text-sm">
            {author === undefined ? t("conflict.theirs") : t("conflict.theirsBy", { author })}
          </h3>
          <FieldChanges fields={theirs} />
        </section>
      </div>
      <div>
        <Button onClick={onStartAgain}>{t("conflict.startAgain")}</Button>
      </div>
    </div>
  );
}
