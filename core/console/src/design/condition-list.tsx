import { CheckCircle2, Circle, CircleHelp } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Ago } from "./ago.tsx";

interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

const icons = { True: CheckCircle2, False: Circle, Unknown: CircleHelp };

/** The conditions of any object. */
export function ConditionList({ conditions }: { readonly conditions: readonly Condition[] }) {
  const { t } = useTranslation();
  if (conditions.length === 0) return <p className="text-ink-soft text-sm">{t("conditions.none")}</p>;
  return (
    <ul className="grid gap-3">
      {conditions.map(({ type, status, reason, message, lastTransitionTime }) => {
        const Icon = icons[status];
        return (
          <li key={type} className="flex gap-2.5 text-sm">
            <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${colourOf(type, status)}`} />
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="font-medium">{type}</span>
                <span className="text-ink-soft">{t(`conditions.${status}`)}</span>
                {reason !== type && <span className="text-ink-faint text-xs">{reason}</span>}
                <span className="ml-auto text-ink-faint text-xs">
                  <Ago time={lastTransitionTime} />
                </span>
              </p>
              {message !== "" && <p className="break-words text-ink-soft">{message}</p>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

/** Ready is good when true; Stalled is bad when true; work under way is neither. */
function colourOf(type: string, status: Condition["status"]): string {
  if (type === "Stalled" && status === "True") return "text-bad";
  if (type === "Ready" && status === "True") return "text-good";
  if (type === "Ready" && status === "False") return "text-warn";
  if (type === "Reconciling" && status === "True") return "text-busy";
  return "text-ink-faint";
}
