import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Act, commands, keys, queries } from "../api/queries.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { notify } from "../design/notices.tsx";
import { ErrorState, Skeleton } from "../design/states.tsx";
import { PlanView } from "./plan-view.tsx";

/** Shows what an action would do before it is done. */
export function ActDialog({
  environment,
  application,
  act,
  kept = [],
  onClose,
  onDone,
}: {
  readonly environment: string;
  readonly application: string;
  readonly act: Act;
  /** What stays although nothing may need it afterwards. */
  readonly kept?: readonly string[];
  readonly onClose: () => void;
  readonly onDone?: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { data: plan, error } = useQuery(queries.actionPlan(environment, application, act));
  const command = useMutation({
    mutationFn: () => commands.act(environment, application, act),
    onSuccess: ({ commit }) => {
      notify(
        commit === undefined
          ? t("act.nothing")
          : t("act.committed", { commit: commit.slice(0, 10), environment }),
      );
      void cache.invalidateQueries({ queryKey: keys.application(environment, application) });
      onClose();
      onDone?.();
    },
  });
  const refused = plan === undefined || plan.problems.length > 0 || plan.policy.verdict === "refused";
  return (
    <Dialog
      wide
      title={t(`act.${act.kind}.title`, { name: application })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            tone={act.kind === "remove" ? "danger" : "primary"}
            disabled={refused || command.isPending}
            onClick={() => command.mutate()}
          >
            {command.isPending ? t("action.committing") : t(`act.${act.kind}.confirm`)}
          </Button>
        </>
      }
    >
      <p className="text-ink-soft">{t(`act.${act.kind}.text`, { name: application })}</p>
      {act.kind === "remove" && kept.length > 0 && (
        <p className="text-ink-soft">
          {t("act.remove.kept", { count: kept.length, names: kept.join(", ") })}
        </p>
      )}
      {command.error !== null && <ErrorState error={command.error} />}
      {error !== null && <ErrorState error={error} />}
      {plan !== undefined && <PlanView plan={plan} />}
      {plan === undefined && error === null && <Skeleton lines={5} />}
    </Dialog>
  );
}
