import { ShieldCheck, ShieldX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge } from "../../design/badge.tsx";

/** Whether a release is what its publisher signed. */
export function VerifiedMark({ verified }: { readonly verified: boolean }) {
  const { t } = useTranslation();
  return (
    <Badge tone={verified ? "good" : "bad"}>
      {verified ? <ShieldCheck size={13} aria-hidden /> : <ShieldX size={13} aria-hidden />}
      {verified ? t("blueprint.verified") : t("blueprint.refused")}
    </Badge>
  );
}

/** Why a Blueprint can't be installed. */
export function Refusal({ reason }: { readonly reason: string | undefined }) {
  const { t } = useTranslation();
  return (
    <div role="note" className="flex gap-3 rounded-xl border border-line bg-bad-soft px-4 py-3 text-sm">
      <ShieldX size={20} className="mt-0.5 shrink-0 text-bad" aria-hidden />
      <div className="grid gap-1">
        <p className="font-semibold text-bad">{t("blueprint.refusedTitle")}</p>
        <p className="text-ink">{reason ?? t("blueprint.noReason")}</p>
        <p className="text-ink-soft">{t("blueprint.refusedHint")}</p>
      </div>
    </div>
  );
}
