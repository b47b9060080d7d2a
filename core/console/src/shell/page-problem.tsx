import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/http.ts";
import { buttonClass } from "../design/button.tsx";
import { usePageTitle } from "../design/page-title.ts";
import { EmptyState, ErrorState } from "../design/states.tsx";

/** What a page shows in its own place: that what it is about isn't there, or what went wrong. */
export function PageProblem({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { t } = useTranslation();
  const missing = error instanceof ApiProblem && error.status === 404;
  const title = missing ? sentence(error.message) : t("error.title");
  usePageTitle(title);
  if (missing)
    return (
      <EmptyState
        level={1}
        title={title}
        text={t("notFound.thing")}
        action={
          <Link to="/" className={buttonClass("primary")}>
            {t("notFound.home")}
          </Link>
        }
      />
    );
  return (
    <>
      <h1 className="mb-4 font-semibold text-2xl tracking-tight">{title}</h1>
      <ErrorState error={error} {...(retry === undefined ? {} : { retry })} />
    </>
  );
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
}
