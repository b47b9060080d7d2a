import type { Plan } from "@catalyst/model/plan";
import { useTranslation } from "react-i18next";

type FieldChange = Plan["applications"][number]["fields"][number];

/** Fields before and after. */
export function FieldChanges({ fields }: { readonly fields: readonly FieldChange[] }) {
  const { t } = useTranslation();
  return (
    <dl className="grid gap-2 px-2 text-sm">
      {fields.map(({ field, before, after }) => (
        <div key={field} className="grid gap-0.5">
          <dt className="font-mono text-ink-faint text-xs">{field.replace(/^spec\./, "")}</dt>
          {isOfLines(before) && isOfLines(after) ? (
            <dd className="text-ink-soft text-xs">{t("plan.linesBelow")}</dd>
          ) : (
            <dd className="flex flex-wrap items-center gap-2 break-all font-mono text-xs">
              {before !== undefined && (
                <del className="rounded bg-bad-soft px-1 text-removed">{show(before)}</del>
              )}
              {before !== undefined && after !== undefined && <span aria-hidden>→</span>}
              {after !== undefined && (
                <ins className="rounded bg-good-soft px-1 text-added no-underline">{show(after)}</ins>
              )}
              {after === undefined && <span className="text-ink-faint">{t("plan.removed")}</span>}
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

/** Two such texts side by side don't tell what differs; the comparison of lines further down does. */
function isOfLines(value: unknown): boolean {
  return typeof value === "string" && value.trimEnd().includes("\n");
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
