import type { CommitView } from "@catalyst/model/view";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { organizationOf, useMay } from "../../api/role.ts";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { CommitLine } from "../../design/commit-line.tsx";
import { Diff } from "../../design/diff.tsx";
import { Disclosure } from "../../design/disclosure.tsx";
import { EmptyState, ErrorState, Skeleton } from "../../design/states.tsx";
import { ActDialog } from "../../plan/act-dialog.tsx";

/** The commits that touched an Application, and the way back to any of them. */
export function HistoryTab() {
  const { t } = useTranslation();
  const { environment, application } = useParams({
    from: "/environments/$environment/applications/$application",
  });
  const { data, error, refetch } = useQuery(queries.history(environment, application));
  const may = useMay("change", organizationOf(environment));
  const [back, setBack] = useState<string>();
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton lines={6} />;
  if (data.items.length === 0) return <EmptyState title={t("history.none")} />;
  return (
    <>
      <ol className="grid gap-3">
        {data.items.map((commit, index) => (
          <li key={commit.id} className="grid gap-2 rounded-xl border border-line bg-raised p-4">
            <div className="flex flex-wrap items-start justify-between gap-3">
              <CommitLine commit={commit} />
              {index === 0 && <Badge tone="accent">{t("history.current")}</Badge>}
              {index > 0 && may && (
                <Button icon={<Undo2 size={15} aria-hidden />} onClick={() => setBack(commit.id)}>
                  {t("history.rollBack")}
                  <span className="sr-only"> {commit.id.slice(0, 10)}</span>
                </Button>
              )}
            </div>
            <Disclosure summary={t("history.changes")}>
              {() => <CommitDiff environment={environment} application={application} commit={commit} />}
            </Disclosure>
          </li>
        ))}
      </ol>
      {back !== undefined && (
        <ActDialog
          environment={environment}
          application={application}
          act={{ kind: "rollback", commit: back }}
          onClose={() => setBack(undefined)}
        />
      )}
    </>
  );
}

function CommitDiff({
  environment,
  application,
  commit,
}: {
  readonly environment: string;
  readonly application: string;
  readonly commit: CommitView;
}) {
  const { t } = useTranslation();
  const { data, error } = useQuery(queries.commit(environment, application, commit.id));
  if (error !== null) return <ErrorState error={error} />;
  if (data === undefined) return <Skeleton lines={3} />;
  return <Diff text={data.diff} label={t("plan.diffOf", { name: commit.id.slice(0, 10) })} />;
}
