import type { EnvironmentView } from "@catalyst/model/view";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { useMay } from "../../api/role.ts";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { PageHead } from "../../design/layout.tsx";
import { usePageTitle } from "../../design/page-title.ts";
import { EmptyState, ErrorState, Skeleton } from "../../design/states.tsx";
import { PageProblem } from "../../shell/page-problem.tsx";
import { PageSkeleton } from "../../shell/page-skeleton.tsx";
import { RouteNotFound } from "../../shell/route-not-found.tsx";
import { CreateEnvironment } from "./create-environment.tsx";
import { Members } from "./members.tsx";

/** An Organization: its Environments and who is in it. */
export function OrganizationPage() {
  const { t } = useTranslation();
  const { organization: name } = useParams({ from: "/organizations/$organization" });
  const { create = false, invite = false } = useSearch({ from: "/organizations/$organization" });
  const navigate = useNavigate({ from: "/organizations/$organization" });
  const { data, error, refetch } = useQuery(queries.organizations());
  const may = useMay("administer", name);
  const organization = data?.items.find((item) => item.name === name);
  usePageTitle(organization?.displayName ?? name);
  if (error !== null) return <PageProblem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <PageSkeleton />;
  if (organization === undefined) return <RouteNotFound />;
  const setCreate = (open: boolean) => void navigate({ search: open ? { create: true } : {} });
  return (
    <>
      <PageHead
        above={t("noun.organization")}
        title={
          <>
            {organization.displayName}
            {!organization.ready && <Badge tone="busy">{t("environment.notReady")}</Badge>}
          </>
        }
        below={<span className="text-sm">{name}</span>}
        actions={
          may && (
            <Button tone="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setCreate(true)}>
              {t("environment.create")}
            </Button>
          )
        }
      />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Environments organization={name} />
        <Members
          organization={organization}
          adding={invite}
          onAdd={(adding) => void navigate({ search: adding ? { invite: true } : {} })}
        />
      </div>
      {create && may && (
        <CreateEnvironment
          organization={name}
          taken={organization.environments}
          onClose={() => setCreate(false)}
        />
      )}
    </>
  );
}

function Environments({ organization }: { readonly organization: string }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(queries.environments(organization));
  if (error !== null) return <ErrorState error={error} />;
  if (data === undefined) return <Skeleton lines={4} />;
  if (data.items.length === 0)
    return (
      <EmptyState title={t("organization.noEnvironments")} text={t("organization.noEnvironmentsText")} />
    );
  return (
    <ul className="grid gap-3">
      {data.items.map((environment) => (
        <EnvironmentRow key={environment.name} environment={environment} />
      ))}
    </ul>
  );
}

function EnvironmentRow({ environment }: { readonly environment: EnvironmentView }) {
  const { t } = useTranslation();
  const { name, displayName, type, ready, message, applications } = environment;
  return (
    <li className="relative flex flex-wrap items-center justify-between gap-3 rounded-xl border border-line bg-raised p-4 transition hover:border-line-strong hover:shadow-sm">
      <div className="min-w-0">
        <h2 className="font-semibold">
          <Link
            to="/environments/$environment"
            params={{ environment: name }}
            className="after:absolute after:inset-0 after:rounded-xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
          >
            {name}
          </Link>
        </h2>
        <p className="text-ink-soft text-sm">
          {ready || message === undefined ? displayName !== name && displayName : message}
        </p>
      </div>
      <div className="flex items-center gap-3 text-ink-soft text-sm">
        {t("environment.counts", { count: applications.total, ...applications })}
        <Badge tone={ready ? "good" : "busy"}>
          {ready ? t(`environmentType.${type}`) : t("environment.notReady")}
        </Badge>
      </div>
    </li>
  );
}
