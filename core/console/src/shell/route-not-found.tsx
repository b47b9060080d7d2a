import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { buttonClass } from "../design/button.tsx";
import { usePageTitle } from "../design/page-title.ts";
import { EmptyState } from "../design/states.tsx";

/** There is no such page. */
export function RouteNotFound() {
  const { t } = useTranslation();
  usePageTitle(t("notFound.title"));
  return (
    <EmptyState
      level={1}
      title={t("notFound.title")}
      text={t("notFound.text")}
      action={
        <Link to="/" className={buttonClass("primary")}>
          {t("notFound.home")}
        </Link>
      }
    />
  );
}
