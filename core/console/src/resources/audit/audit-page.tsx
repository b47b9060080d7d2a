import type { ActivityView } from "@catalyst/model/view";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { auditLimit, queries } from "../../api/queries.ts";
import { Button } from "../../design/button.tsx";
import { selectClass } from "../../design/field.tsx";
import { PageHead } from "../../design/layout.tsx";
import { usePageTitle } from "../../design/page-title.ts";
import { SearchBox } from "../../design/search-box.tsx";
import { EmptyState, Skeleton } from "../../design/states.tsx";
import { PageProblem } from "../../shell/page-problem.tsx";
import { AuditTable } from "./audit-table.tsx";

const outcomes = ["done", "refused", "failed"] as const;

/** How many lines are added at a time. */
const step = 100;

/** Everything anyone changed or tried to, newest first. */
export function AuditPage() {
  const { t } = useTranslation();
  usePageTitle(t("audit.title"));
  const { search = "", outcome = "" } = useSearch({ from: "/audit" });
  const navigate = useNavigate({ from: "/audit" });
  const { data, error, refetch } = useQuery(queries.audit());
  const [count, setCount] = useState(step);
  if (error !== null) return <PageProblem error={error} retry={() => void refetch()} />;
  const found = (data?.items ?? []).filter(
    (entry) => (outcome === "" || entry.outcome === outcome) && holds(entry, search),
  );
  const ask = (fields: { readonly search?: string; readonly outcome?: string }) => {
    setCount(step);
    const wanted = { search, outcome, ...fields };
    void navigate({
      search: Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== "")),
      replace: true,
    });
  };
  return (
    <>
      <PageHead title={t("audit.title")} below={t("audit.text")} />
      <div className="mb-6 flex flex-wrap items-center gap-3">
        <SearchBox label={t("audit.search")} value={search} onChange={(text) => ask({ search: text })} />
        <select
          aria-label={t("audit.outcome")}
          value={outcome}
          onChange={({ target }) => ask({ outcome: target.value })}
          className={`${selectClass} sm:w-44`}
        >
          <option value="">{t("audit.every")}</option>
          {outcomes.map((item) => (
            <option key={item} value={item}>
              {t(`audit.outcomes.${item}`)}
            </option>
          ))}
        </select>
        {data !== undefined && (
          <span role="status" className="text-ink-faint text-sm">
            {data.items.length === auditLimit
              ? t("audit.foundOfNewest", { count: found.length, limit: auditLimit })
              : t("audit.found", { count: found.length })}
          </span>
        )}
      </div>
      {data === undefined && <Skeleton lines={8} />}
      {data !== undefined && found.length === 0 && <EmptyState title={t("audit.none")} />}
      {found.length > 0 && <AuditTable entries={found.slice(0, count)} />}
      {found.length > count && (
        <div className="mt-4 grid justify-items-center">
          <Button onClick={() => setCount(count + step)}>{t("action.more")}</Button>
        </div>
      )}
    </>
  );
}

function holds(entry: ActivityView, search: string): boolean {
  const { user, action, message, organization, environment, application } = entry;
  const text = [user, action, message, organization, environment, application].join(" ").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
