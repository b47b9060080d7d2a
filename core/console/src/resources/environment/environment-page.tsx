import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Plus, Trash2 } from "lucide-react";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { useMay } from "../../api/role.ts";
import { Badge } from "../../design/badge.tsx";
import { Button, buttonClass } from "../../design/button.tsx";
import { Code } from "../../design/code.tsx";
import { PageHead } from "../../design/layout.tsx";
import { usePageTitle } from "../../design/page-title.ts";
import { SearchBox } from "../../design/search-box.tsx";
import { EmptyState, ErrorState, Skeleton } from "../../design/states.tsx";
import { rememberEnvironment } from "../../shell/last-environment.ts";
import { PageProblem } from "../../shell/page-problem.tsx";
import { PageSkeleton } from "../../shell/page-skeleton.tsx";
import { Activity } from "./activity.tsx";
import { ApplicationList } from "./application-list.tsx";
import { RemoveEnvironment } from "./remove-environment.tsx";
import { sectionsOf } from "./sections.ts";

/** An Environment: what runs in it, what needs a look, who did what. */
export function EnvironmentPage() {
  const { t } = useTranslation();
  const { environment: name } = useParams({ from: "/environments/$environment" });
  const { data, error, refetch } = useQuery(queries.environment(name));
  const { remove = false, ...search } = useSearch({ from: "/environments/$environment" });
  const navigate = useNavigate({ from: "/environments/$environment" });
  const may = useMay("administer", data?.organization);
  usePageTitle(name);
  useEffect(() => rememberEnvironment(name), [name]);
  if (error !== null) return <PageProblem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <PageSkeleton />;
  const { applications, ready, message, repositoryUrl } = data;
  return (
    <>
      <PageHead
        above={data.displayName === name ? t(`environmentType.${data.type}`) : data.displayName}
        title={
          <>
            {name}
            {!ready && <Badge tone="busy">{t("environment.notReady")}</Badge>}
          </>
        }
        below={
          <span className="text-sm">
            {t("environment.counts", { count: applications.total, ...applications })}
          </span>
        }
        actions={
          <Link to="/catalog" className={buttonClass("primary")}>
            <Plus size={16} aria-hidden />
            {t("action.install")}
          </Link>
        }
      />
      {!ready && message !== undefined && (
        <p className="mb-6 rounded-xl bg-busy-soft px-4 py-3 text-sm">{message}</p>
      )}
      <div className="grid items-start gap-8 xl:grid-cols-[minmax(0,1fr)_19rem]">
        <Applications environment={name} empty={applications.total === 0} />
        <div className="grid gap-6">
          {repositoryUrl !== undefined && (
            <section className="grid gap-2">
              <h2 className="font-semibold text-sm">{t("environment.clone")}</h2>
              <Code block copy>
                {`git clone ${repositoryUrl}`}
              </Code>
              <p className="text-ink-faint text-xs">{t("environment.cloneText")}</p>
            </section>
          )}
          <Activity environment={name} />
          {may && (
            <Button
              tone="danger"
              className="justify-self-start"
              icon={<Trash2 size={15} aria-hidden />}
              onClick={() => void navigate({ search: { ...search, remove: true } })}
            >
              {t("environment.remove")}
            </Button>
          )}
        </div>
      </div>
      {remove && may && (
        <RemoveEnvironment environment={data} onClose={() => void navigate({ search, replace: true })} />
      )}
    </>
  );
}

function Applications({ environment, empty }: { readonly environment: string; readonly empty: boolean }) {
  const { t } = useTranslation();
  const { search = "" } = useSearch({ from: "/environments/$environment" });
  const navigate = useNavigate({ from: "/environments/$environment" });
  const found = useInfiniteQuery({
    ...queries.applications(environment, search),
    placeholderData: (previous) => previous,
  });
  const sections = useMemo(
    () => sectionsOf((found.data?.pages ?? []).flatMap(({ items }) => items)),
    [found.data],
  );
  if (found.error !== null) return <ErrorState error={found.error} retry={() => void found.refetch()} />;
  if (empty && search === "" && sections.length === 0 && found.data !== undefined)
    return (
      <EmptyState
        title={t("environment.empty")}
        text={t("environment.emptyText")}
        action={
          <Link to="/catalog" className={buttonClass("primary")}>
            {t("environment.toCatalog")}
          </Link>
        }
      />
    );
  return (
    <div className="grid min-w-0 gap-5">
      <SearchBox
        label={t("environment.search")}
        value={search}
        onChange={(text) => void navigate({ search: text === "" ? {} : { search: text }, replace: true })}
      />
      {found.data === undefined && <Skeleton lines={6} />}
      {found.data !== undefined && sections.length === 0 && (
        <EmptyState title={t("environment.nothing", { search })} />
      )}
      <ApplicationList
        sections={sections}
        more={found.hasNextPage && !found.isFetchingNextPage}
        onMore={() => void found.fetchNextPage()}
      />
    </div>
  );
}
