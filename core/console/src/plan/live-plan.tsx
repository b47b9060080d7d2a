import type { ApplicationChange, Plan } from "@catalyst/model/plan";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { queries } from "../api/queries.ts";
import { useSettled } from "../design/settled.ts";
import { ErrorState, Skeleton } from "../design/states.tsx";
import { PlanView } from "./plan-view.tsx";

/** The plan of a change as it is being written: asked for whenever typing pauses. */
export interface LivePlan {
  readonly plan: Plan | undefined;
  /** The plan shown isn't yet that of what was typed last. */
  readonly behind: boolean;
  readonly error: unknown;
}

/** How long typing pauses before the plan is asked for, in milliseconds. */
const pause = 250;

/** Follows a wish with its plan. Nothing is asked while the wish is undefined. */
export function useLivePlan(environment: string | undefined, wish: ApplicationChange | undefined): LivePlan {
  const settled = useSettled(wish, pause);
  const { data, error, isPlaceholderData, isFetching } = useQuery({
    ...queries.plan(environment ?? "", settled === undefined ? [] : [settled]),
    enabled: environment !== undefined && settled !== undefined,
    placeholderData: keepPreviousData,
  });
  return {
    plan: wish === undefined ? undefined : data,
    behind: settled !== wish || isPlaceholderData || isFetching,
    error,
  };
}

export function LivePlanPanel({ live: { plan, behind, error } }: { readonly live: LivePlan }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("plan.title")} className="rounded-xl border border-line bg-raised">
      <div className="flex items-center justify-between gap-3 border-line border-b px-4 py-2.5">
        <h2 className="font-semibold text-sm">{t("plan.title")}</h2>
        <span role="status" className="text-ink-faint text-xs">
          {behind ? t("plan.working") : plan === undefined ? "" : t("plan.current")}
        </span>
      </div>
      <div aria-hidden className={`-mt-px h-px ${behind ? "skeleton" : ""}`} />
      <div className="p-4">
        {error !== null && <ErrorState error={error} />}
        {error === null && plan !== undefined && <PlanView plan={plan} />}
        {error === null &&
          plan === undefined &&
          (behind ? <Skeleton lines={6} /> : <p className="text-ink-soft text-sm">{t("plan.waiting")}</p>)}
      </div>
    </section>
  );
}
