import type { ApplicationView } from "@catalyst/model/view";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { Ago } from "../../design/ago.tsx";
import { Badge } from "../../design/badge.tsx";
import { Digest } from "../../design/code.tsx";
import { CommitLine } from "../../design/commit-line.tsx";
import { ConditionList } from "../../design/condition-list.tsx";
import { Card, Facts } from "../../design/layout.tsx";
import { Skeleton } from "../../design/states.tsx";
import { NoticePanel } from "./notice-panel.tsx";
import { WhyPanel } from "./why-panel.tsx";

/** How an Application is: why it isn't Running, where it answers, what it consists of. */
export function OverviewTab() {
  const { t } = useTranslation();
  const { environment, application: name } = useParams({
    from: "/environments/$environment/applications/$application",
  });
  const { data } = useQuery(queries.application(environment, name));
  if (data === undefined) return <Skeleton lines={6} />;
  return (
    <div className="grid gap-6">
      {data.phase !== "Running" && data.why !== undefined && <WhyPanel phase={data.phase} why={data.why} />}
      {data.notice !== undefined && <NoticePanel notice={data.notice} />}
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid gap-6">
          <Endpoints application={data} />
          <Pods application={data} />
          <Card title={t("application.conditions")}>
            <ConditionList conditions={data.conditions} />
          </Card>
        </div>
        <div className="grid gap-6">
          <Card title={t("application.about")}>
            <About application={data} />
          </Card>
          {data.commit !== undefined && (
            <Card title={t("application.lastChange")}>
              <CommitLine commit={data.commit} />
            </Card>
          )}
        </div>
      </div>
    </div>
  );
}

function Endpoints({ application: { endpoints, simulated } }: { readonly application: ApplicationView }) {
  const { t } = useTranslation();
  return (
    <Card title={t("application.endpoints")}>
      {endpoints.length === 0 && <p className="text-ink-soft text-sm">{t("application.noEndpoints")}</p>}
      <ul className="grid gap-2">
        {endpoints.map(({ url }) => (
          <li key={url} className="flex flex-wrap items-center gap-2 text-sm">
            {simulated ? (
              <>
                <span className="break-all">{url}</span>
                <Badge>{t("application.simulated")}</Badge>
              </>
            ) : (
              <a
                href={url}
                target="_blank"
                rel="noreferrer"
                className="inline-flex items-center gap-1.5 break-all font-medium text-accent hover:underline"
              >
                {url}
                <ExternalLink size={14} className="shrink-0" aria-hidden />
              </a>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Pods({
  application: { environment, name, pods, phase },
}: {
  readonly application: ApplicationView;
}) {
  const { t } = useTranslation();
  const { data } = useQuery(queries.pods(environment, name));
  return (
    <Card
      title={t("application.pods")}
      aside={
        pods.wanted > 0 && (
          <span className="text-ink-soft text-sm">{t("application.podsReady", { ...pods })}</span>
        )
      }
    >
      {data === undefined && <Skeleton lines={2} />}
      {data?.items.length === 0 && (
        <p className="text-ink-soft text-sm">
          {t(phase === "Running" ? "application.noPodsNeeded" : "application.noPods")}
        </p>
      )}
      <ul className="grid gap-2.5">
        {data?.items.map(({ name: pod, phase, ready, restarts, simulated }) => (
          <li key={pod} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            <span aria-hidden className={`size-2 rounded-full ${ready ? "bg-good" : "bg-busy"}`} />
            <span className="break-all font-mono text-xs">{pod}</span>
            <span className="ml-auto flex items-center gap-3 text-ink-soft">
              {restarts > 0 && <span>{t("application.restarts", { count: restarts })}</span>}
              <span>{ready ? t("application.podReady") : phase}</span>
              {simulated && <Badge>{t("application.simulated")}</Badge>}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function About({ application }: { readonly application: ApplicationView }) {
  const { t } = useTranslation();
  const { environment, blueprint, applied, size, bindings, dependents, requestedBy, createdAt } = application;
  const links = (names: readonly string[]) => (
    <span className="flex flex-wrap gap-x-2">
      {names.map((application) => (
        <Link
          key={application}
          to="/environments/$environment/applications/$application"
          params={{ environment, application }}
          className="text-accent hover:underline"
        >
          {application}
        </Link>
      ))}
    </span>
  );
  const needs = Object.values(bindings).map((binding) => binding.application);
  return (
    <Facts
      rows={[
        [t("blueprint.version"), blueprint.version],
        ...(applied !== undefined && applied.digest !== blueprint.digest
          ? [[t("application.applied"), applied.version] as const]
          : []),
        [t("blueprint.digest"), <Digest key="digest">{blueprint.digest}</Digest>],
        ...(size === undefined ? [] : [[t("form.size"), size] as const]),
        ...(needs.length === 0 ? [] : [[t("application.needs"), links(needs)] as const]),
        ...(dependents.length === 0 ? [] : [[t("application.usedBy"), links(dependents)] as const]),
        ...(requestedBy === undefined ? [] : [[t("application.cameWith"), links([requestedBy])] as const]),
        [t("application.created"), <Ago key="created" time={createdAt} />],
      ]}
    />
  );
}
