import type { Phase, Why } from "@catalyst/model/application";
import { CircleHelp, Hourglass, OctagonX, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

const looks = {
  waiting: { icon: Hourglass, colour: "text-busy", ground: "bg-busy-soft" },
  slow: { icon: CircleHelp, colour: "text-warn", ground: "bg-warn-soft" },
  stuck: { icon: TriangleAlert, colour: "text-warn", ground: "bg-warn-soft" },
  doomed: { icon: OctagonX, colour: "text-bad", ground: "bg-bad-soft" },
} as const;

/** Why an Application isn't Running, in one sentence, and the one thing to do. */
export function WhyPanel({
  phase,
  why: { sentence, label, action },
}: {
  readonly phase: Phase;
  readonly why: Why;
}) {
  const { t } = useTranslation();
  const { icon: Icon, colour, ground } = looks[label];
  return (
    <section
      aria-label={t("why.title", { phase: t(`phase.${phase}`) })}
      className={`flex gap-4 rounded-xl border border-line p-4 ${ground}`}
    >
      <Icon size={24} className={`mt-0.5 shrink-0 ${colour}`} aria-hidden />
      <div className="grid gap-1">
        <h2 className={`font-semibold text-sm ${colour}`}>{t(`why.${label}`)}</h2>
        <p className="text-base">{sentence}</p>
        {action !== undefined && <p className="text-ink-soft text-sm">{action}</p>}
      </div>
    </section>
  );
}
