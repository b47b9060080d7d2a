import type { ApplicationView } from "@catalyst/model/view";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../api/http.ts";
import { queries } from "../../api/queries.ts";
import { buttonClass } from "../../design/button.tsx";
import { PageHead } from "../../design/layout.tsx";
import { usePageTitle } from "../../design/page-title.ts";
import { EmptyState } from "../../design/states.tsx";
import { StatusBadge } from "../../design/status.tsx";
import { Tabs, tabClass } from "../../design/tabs.tsx";
import { rememberEnvironment } from "../../shell/last-environment.ts";
import { PageProblem } from "../../shell/page-problem.tsx";
import { PageSkeleton } from "../../shell/page-skeleton.tsx";
import { BlueprintIcon } from "../blueprint/blueprint-icon.tsx";
import { ApplicationActions } from "./application-actions.tsx";

const base = "/environments/$environment/applications/$application";

/** One Application: its head and its tabs. */
export function ApplicationPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { environment, application: name } = useParams({ from: base });
  const { data, error, refetch } = useQuery(queries.application(environment, name));
  usePageTitle(`${name} · ${environment}`);
  useEffect(() => rememberEnvironment(environment), [environment]);
  if (error instanceof ApiProblem && error.status === 404)
    return (
      <EmptyState
        level={1}
        title={t("application.gone", { name })}
        text={t("application.goneText")}
        action={
          <Link to="/environments/$environment" params={{ environment }} className={buttonClass("primary")}>
            {t("application.toEnvironment", { environment })}
          </Link>
        }
      />
    );
  if (error !== null) return <PageProblem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <PageSkeleton />;
  return (
    <>
      <Head
        application={data}
        onRemoved={() => void navigate({ to: "/environments/$environment", params: { environment } })}
      />
      <ApplicationTabs environment={environment} name={name} />
      <Outlet />
    </>
  );
}

function Head({
  application,
  onRemoved,
}: {
  readonly application: ApplicationView;
  readonly onRemoved: () => void;
}) {
  const { environment, name, blueprint } = application;
  return (
    <PageHead
      above={
        <Link to="/environments/$environment" params={{ environment }}>
          {environment}
        </Link>
      }
      title={
        <>
          <BlueprintIcon name={blueprint.name} />
          {name}
          <StatusBadge application={application} />
        </>
      }
      below={
        <Link
          to="/catalog/$blueprint"
          params={{ blueprint: blueprint.name }}
          className="text-sm hover:underline"
        >
          {blueprint.name} {blueprint.version}
        </Link>
      }
      actions={<ApplicationActions application={application} onRemoved={onRemoved} />}
    />
  );
}

function ApplicationTabs({ environment, name }: { readonly environment: string; readonly name: string }) {
  const { t } = useTranslation();
  const tabs = [
    [base, "overview"],
    [`${base}/logs`, "logs"],
    [`${base}/events`, "events"],
    [`${base}/history`, "history"],
    [`${base}/manifests`, "manifests"],
    [`${base}/settings`, "settings"],
  ] as const;
  return (
    <Tabs label={t("application.tabs")}>
      {tabs.map(([to, tab]) => (
        <Link
          key={tab}
          to={to}
          params={{ environment, application: name }}
          activeOptions={{ exact: true }}
          className={tabClass}
        >
          {t(`tab.${tab}`)}
        </Link>
      ))}
    </Tabs>
  );
}
