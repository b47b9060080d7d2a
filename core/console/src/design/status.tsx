import type { Phase, Why } from "@catalyst/model/application";
import type { ApplicationView } from "@catalyst/model/view";
import {
  AlertTriangle,
  CheckCircle2,
  CirclePause,
  Clock,
  Loader,
  ShieldQuestion,
  Trash2,
  XCircle,
} from "lucide-react";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";

interface Look {
  readonly classes: string;
  /** Shape as well as colour: the state is readable without colours. */
  readonly icon: ComponentType<{
    readonly size?: number;
    readonly "aria-hidden"?: boolean;
    readonly className?: string;
  }>;
  readonly moving?: boolean;
}

const looks: Readonly<Record<Phase, Look>> = {
  Running: { classes: "text-good bg-good-soft", icon: CheckCircle2 },
  Installing: { classes: "text-busy bg-busy-soft", icon: Loader, moving: true },
  Updating: { classes: "text-busy bg-busy-soft", icon: Loader, moving: true },
  Degraded: { classes: "text-warn bg-warn-soft", icon: AlertTriangle },
  Failed: { classes: "text-bad bg-bad-soft", icon: XCircle },
  Paused: { classes: "text-idle bg-idle-soft", icon: CirclePause },
  PendingApproval: { classes: "text-hold bg-hold-soft", icon: ShieldQuestion },
  Pending: { classes: "text-idle bg-idle-soft", icon: Clock },
  Deleting: { classes: "text-idle bg-idle-soft", icon: Trash2 },
};

/** How what is on its way looks when it won't arrive by itself: a turning wheel would promise that it does. */
const hopeless: Readonly<Partial<Record<Why["label"], Look>>> = {
  stuck: looks.Degraded,
  doomed: looks.Failed,
};

function lookOf(phase: Phase, why: Why | undefined): Look {
  const look = looks[phase];
  return (look.moving === true && why !== undefined ? hopeless[why.label] : undefined) ?? look;
}

/** What an Application is doing, in one badge for all screens. */
export function StatusBadge({
  application: { phase, simulated, why },
}: {
  readonly application: Pick<ApplicationView, "phase" | "simulated" | "why">;
}) {
  const { t } = useTranslation();
  const { classes, icon: Icon, moving } = lookOf(phase, why);
  const text = t(`phase.${phase}`);
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-semibold ${classes}`}
    >
      <Icon size={14} aria-hidden className={moving === true ? "animate-spin" : ""} />
      {simulated && phase === "Running" ? t("phase.simulated", { phase: text }) : text}
    </span>
  );
}
