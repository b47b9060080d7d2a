import type { SovereignView } from "@catalyst/model/view";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { Code } from "../../design/code.tsx";
import { ConditionList } from "../../design/condition-list.tsx";
import { Card, Facts, PageHead } from "../../design/layout.tsx";
import { usePageTitle } from "../../design/page-title.ts";
import { Skeleton } from "../../design/states.tsx";
import { PageProblem } from "../../shell/page-problem.tsx";
import { PageSkeleton } from "../../shell/page-skeleton.tsx";
import { CreateOrganization } from "./create-organization.tsx";

/** The Sovereign itself: what stands behind each protocol, what runs Pods and why. */
export function SovereignPage() {
  const { t } = useTranslation();
  usePageTitle(t("nav.sovereign"));
  const { data, error, refetch } = useQuery(queries.sovereign());
  if (error !== null) return <PageProblem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <PageSkeleton />;
  return (
    <>
      <PageHead above={t("nav.sovereign")} title={data.name} below={data.url} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <Card title={t("sovereign.components")}>
          <Components sovereign={data} />
        </Card>
        <div className="grid gap-6">
          <Card title={t("sovereign.runtime")}>
            <Runtime sovereign={data} />
          </Card>
          <Card title={t("sovereign.about")}>
            <div className="grid gap-4">
              <Facts
                rows={[
                  [t("sovereign.domain"), data.domain],
                  [t("sovereign.version"), data.version],
                ]}
              />
              <ConditionList conditions={data.conditions} />
            </div>
          </Card>
          <Organizations />
        </div>
      </div>
    </>
  );
}

function Components({ sovereign: { components } }: { readonly sovereign: SovereignView }) {
  const { t } = useTranslation();
  return (
    <table className="w-full text-left text-sm">
      <thead className="text-ink-faint text-xs">
        <tr>
          <th scope="col" className="pb-2 font-medium">
            {t("sovereign.need")}
          </th>
          <th scope="col" className="pb-2 font-medium">
            {t("sovereign.protocol")}
          </th>
          <th scope="col" className="pb-2 font-medium">
            {t("sovereign.implementation")}
          </th>
        </tr>
      </thead>
      <tbody>
        {components.map(({ name, protocol, implementation }) => (
          <tr key={name} className="border-line border-t align-top">
            <th scope="row" className="py-2.5 pr-4 font-medium first-letter:uppercase">
              {name}
            </th>
            <td className="py-2.5 pr-4 text-ink-soft first-letter:uppercase">{protocol}</td>
            <td className="py-2.5">
              <Badge tone={implementation === "embedded" ? "accent" : "idle"}>{implementation}</Badge>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Runtime({ sovereign: { runtime } }: { readonly sovereign: SovereignView }) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-3 text-sm">
      <p className="grid justify-items-start gap-1.5">
        <Badge tone={runtime.simulated ? "idle" : "good"}>{runtime.name}</Badge>
        <span className="text-ink-soft">{runtime.reason}</span>
      </p>
      {runtime.simulated && (
        <>
          <p className="text-ink-soft">{t("sovereign.simulated")}</p>
          <Code block copy>
            ./catalyst up --runtime podman
          </Code>
        </>
      )}
    </div>
  );
}

function Organizations() {
  const { t } = useTranslation();
  const me = useQuery(queries.me());
  const { data } = useQuery(queries.organizations());
  const { create = false } = useSearch({ from: "/sovereign" });
  const navigate = useNavigate({ from: "/sovereign" });
  const setCreate = (open: boolean) => void navigate({ search: open ? { create: true } : {} });
  return (
    <Card
      title={t("sovereign.organizations")}
      aside={
        me.data?.sovereignAdmin === true && (
          <Button
            tone="quiet"
            className="-mr-2 h-8!"
            icon={<Plus size={15} aria-hidden />}
            onClick={() => setCreate(true)}
          >
            {t("action.new")}
            <span className="sr-only"> {t("noun.organization")}</span>
          </Button>
        )
      }
    >
      {data === undefined && <Skeleton lines={2} />}
      {data?.items.length === 0 && <p className="text-ink-soft text-sm">{t("sovereign.noOrganizations")}</p>}
      <ul className="grid gap-2 text-sm">
        {data?.items.map(({ name, displayName, environments }) => (
          <li key={name} className="flex justify-between gap-3">
            <Link
              to="/organizations/$organization"
              params={{ organization: name }}
              className="truncate text-accent hover:underline"
            >
              {displayName}
            </Link>
            <span className="shrink-0 text-ink-faint">
              {t("sovereign.environments", { count: environments.length })}
            </span>
          </li>
        ))}
      </ul>
      {create && me.data?.sovereignAdmin === true && <CreateOrganization onClose={() => setCreate(false)} />}
    </Card>
  );
}
