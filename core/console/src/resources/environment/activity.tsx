import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, CircleSlash, GitCommitHorizontal, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { Ago } from "../../design/ago.tsx";
import { ErrorState, Skeleton } from "../../design/states.tsx";

const icons = {
  done: { icon: Check, colour: "text-good" },
  refused: { icon: CircleSlash, colour: "text-warn" },
  failed: { icon: X, colour: "text-bad" },
};

/** Who did what, newest first; pushes stand here as their commits. */
export function Activity({ environment }: { readonly environment: string }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(queries.activity(environment));
  const items = data?.items ?? [];
  return (
    <section className="grid gap-3">
      <h2 className="font-semibold text-sm">{t("activity.title")}</h2>
      {error !== null && <ErrorState error={error} />}
      {error === null && data === undefined && <Skeleton lines={5} />}
      {data !== undefined && items.length + data.commits.length === 0 && (
        <p className="text-ink-soft text-sm">{t("activity.none")}</p>
      )}
      <ol className="grid gap-3.5">
        {items.map(({ id, time, user, message, outcome, application }) => {
          const { icon: Icon, colour } = icons[outcome as keyof typeof icons];
          return (
            <li key={id} className="flex gap-2.5 text-sm">
              <Icon size={15} className={`mt-0.5 shrink-0 ${colour}`} aria-hidden />
              <div className="min-w-0">
                <p className="break-words">
                  <span className="sr-only">{t(`activity.${outcome as keyof typeof icons}`)} </span>
                  {application === undefined ? (
                    message
                  ) : (
                    <Link
                      to="/environments/$environment/applications/$application"
                      params={{ environment, application }}
                      preload={false}
                      className="hover:underline"
                    >
                      {message}
                    </Link>
                  )}
                </p>
                <p className="text-ink-faint text-xs">
                  {user} · <Ago time={time} />
                </p>
              </div>
            </li>
          );
        })}
        {items.length === 0 &&
          data?.commits.map(({ id, message, author, date }) => (
            <li key={id} className="flex gap-2.5 text-sm">
              <GitCommitHorizontal size={15} className="mt-0.5 shrink-0 text-ink-faint" aria-hidden />
              <div className="min-w-0">
                <p className="break-words">{message.split("\n")[0]}</p>
                <p className="text-ink-faint text-xs">
                  {author} · <Ago time={date} />
                </p>
              </div>
            </li>
          ))}
      </ol>
    </section>
  );
}
