import type { ApplicationView } from "@catalyst/model/view";
import { useMutation, useQueries } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Pause, Play, RotateCw, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { commands, queries } from "../../api/queries.ts";
import { useMay } from "../../api/role.ts";
import { Button } from "../../design/button.tsx";
import { notify } from "../../design/notices.tsx";
import { ActDialog } from "../../plan/act-dialog.tsx";
import { OpenButton } from "./open-button.tsx";

const base = "/environments/$environment/applications/$application";

/** What can be done to an Application from everywhere on its page. */
export function ApplicationActions({
  application,
  onRemoved,
}: {
  readonly application: ApplicationView;
  readonly onRemoved: () => void;
}) {
  const { t } = useTranslation();
  const { environment, name, phase, suspended } = application;
  const may = useMay("change", application.organization);
  const kept = useCameAlong(application);
  const { act } = useSearch({ from: base });
  const navigate = useNavigate();
  const setAct = (next: typeof act) =>
    void navigate({ to: ".", search: next === undefined ? {} : { act: next }, replace: next === undefined });
  const retry = useMutation({
    mutationFn: () => commands.retry(environment, name),
    onSuccess: ({ message }) => notify(message),
    onError: (error) => notify(error.message),
  });
  if (!may || phase === "Deleting") return <OpenButton application={application} />;
  return (
    <>
      <OpenButton application={application} />
      {phase !== "Running" && !suspended && (
        <Button
          icon={<RotateCw size={15} aria-hidden />}
          disabled={retry.isPending}
          onClick={() => retry.mutate()}
        >
          {t("action.retry")}
        </Button>
      )}
      <Button
        icon={suspended ? <Play size={15} aria-hidden /> : <Pause size={15} aria-hidden />}
        onClick={() => setAct(suspended ? "resume" : "pause")}
      >
        {suspended ? t("action.resume") : t("action.pause")}
      </Button>
      <Button tone="danger" icon={<Trash2 size={15} aria-hidden />} onClick={() => setAct("remove")}>
        {t("action.remove")}
      </Button>
      {act !== undefined && (
        <ActDialog
          environment={environment}
          application={name}
          act={{ kind: act }}
          kept={kept}
          onClose={() => setAct(undefined)}
          {...(act === "remove" ? { onDone: onRemoved } : {})}
        />
      )}
    </>
  );
}

/** The Applications that were installed because this one needs them. */
function useCameAlong({ environment, name, bindings }: ApplicationView): readonly string[] {
  return useQueries({
    queries: Object.values(bindings).map(({ application }) => queries.application(environment, application)),
    combine: (answers) => answers.flatMap(({ data }) => (data?.requestedBy === name ? [data.name] : [])),
  });
}
