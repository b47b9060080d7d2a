import type { EnvironmentView } from "@catalyst/model/view";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { commands, keys, queries } from "../../api/queries.ts";
import { Confirm } from "../../design/confirm.tsx";
import { notify } from "../../design/notices.tsx";
import { Skeleton } from "../../design/states.tsx";

/** How many Applications are named one by one. */
const named = 12;

/** Asks before an Environment goes, and names everything that goes with it: nothing of it can be brought back. */
export function RemoveEnvironment({
  environment: { name, organization, applications: counts, repositoryUrl },
  onClose,
}: {
  readonly environment: EnvironmentView;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { data } = useInfiniteQuery(queries.applications(name, ""));
  const remove = useMutation({
    mutationFn: () => commands.removeEnvironment(name),
    onSuccess: async () => {
      notify(t("environment.removed", { name }));
      await navigate({ to: "/organizations/$organization", params: { organization } });
      await cache.invalidateQueries({ queryKey: keys.organizations });
    },
  });
  const applications = data?.pages[0]?.items.slice(0, named).map((application) => application.name);
  const others = counts.total - (applications?.length ?? 0);
  return (
    <Confirm
      title={t("environment.removeTitle", { name })}
      confirm={t("action.remove")}
      typed={name}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p className="text-ink-soft">{t("environment.removeText")}</p>
      <ul className="grid list-disc gap-1.5 pl-5 text-sm marker:text-ink-faint">
        <li>
          {t("environment.goesApplications", { count: counts.total })}
          {counts.total > 0 && applications === undefined && <Skeleton lines={1} />}
          {applications !== undefined && applications.length > 0 && (
            <p className="break-words text-ink-soft">
              {applications.join(", ")}
              {others > 0 && ` ${t("environment.goesOthers", { count: others })}`}
            </p>
          )}
        </li>
        <li>
          {t("environment.goesRepository")}
          {repositoryUrl !== undefined && <p className="break-all text-ink-soft">{repositoryUrl}</p>}
        </li>
        <li>{t("environment.goesCluster")}</li>
      </ul>
    </Confirm>
  );
}
