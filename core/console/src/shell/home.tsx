import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { queries } from "../api/queries.ts";
import { usePageTitle } from "../design/page-title.ts";
import { EmptyState, ErrorState } from "../design/states.tsx";
import { lastEnvironment } from "./last-environment.ts";
import { PageSkeleton } from "./page-skeleton.tsx";

/** Leads to where one was last, or to the first place there is. */
export function Home() {
  const { t } = useTranslation();
  const me = useQuery(queries.me());
  const organizations = useQuery(queries.organizations());
  usePageTitle(t("nav.home"));
  if (organizations.error !== null) return <ErrorState error={organizations.error} />;
  if (me.data === undefined || organizations.data === undefined) return <PageSkeleton />;
  const known = organizations.data.items.flatMap(({ environments }) => environments);
  const last = lastEnvironment();
  const environment = last !== undefined && known.includes(last) ? last : known[0];
  if (environment !== undefined)
    return <Navigate to="/environments/$environment" params={{ environment }} replace />;
  const organization = organizations.data.items[0]?.name;
  if (organization !== undefined)
    return <Navigate to="/organizations/$organization" params={{ organization }} replace />;
  if (me.data.sovereignAdmin) return <Navigate to="/sovereign" replace />;
  return <EmptyState level={1} title={t("home.nothing")} text={t("home.nothingText")} />;
}
