import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, CircleSlash, GitCommitHorizontal, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { Ago } from "../../design/ago.tsx";
import { ErrorState, Skeleton } from "../../design/states.tsx";
import { isAuditedAction } from "../audit/action.ts";
import { type TimelineEntry, timelineOf } from "./timeline.ts";

const icons = {
  commit: { icon: GitCommitHorizontal, colour: "text-accent" },
  done: { icon: Check, colour: "text-good" },
  refused: { icon: CircleSlash, colour: "text-warn" },
  failed: { icon: X, colour: "text-bad" },
} as const;

/** Who did what, newest first. */
export function Activity({ environment }: { readonly environment: string }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(queries.activity(environment));
  const entries = data === undefined ? [] : timelineOf(data.items, data.commits).slice(0, 20);
  return (
    <section className="grid gap-3">
      <h2 className="font-semibold text-sm">{t("activity.title")}</h2>
      {error !== null && <ErrorState error={error} />}
      {error === null && data === undefined && <Skeleton lines={5} />}
      {data !== undefined && entries.length === 0 && (
        <p className="text-ink-soft text-sm">{t("activity.none")}</p>
      )}
      {entries.length > 0 && (
        <ol className="grid gap-3.5">
          {entries.map((entry) => (
            <Entry key={entry.id} environment={environment} entry={entry} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Entry({ environment, entry }: { readonly environment: string; readonly entry: TimelineEntry }) {
  const { t } = useTranslation();
  const { kind, text, who, time, application, action } = entry;
  const { icon: Icon, colour } = icons[kind];
  return (
    <li className="flex gap-2.5 text-sm">
      <Icon size={15} className={`mt-0.5 shrink-0 ${colour}`} aria-hidden />
      <div className="min-w-0">
        <p className="break-words">
          <span className={action === undefined ? "sr-only" : `font-medium ${colour}`}>
            {t(`activity.${kind}`)}{" "}
          </span>
          {action !== undefined && isAuditedAction(action) && (
            <span className="font-medium">
              {t("activity.tried", {
                action: t(`audit.actions.${action}`),
                application: application ?? environment,
              })}{" "}
            </span>
          )}
          {action !== undefined && <br />}
          {application === undefined ? (
            text
          ) : (
            <Link
              to="/environments/$environment/applications/$application"
              params={{ environment, application }}
              preload={false}
              className="hover:underline"
            >
              {text}
            </Link>
          )}
        </p>
        <p className="text-ink-faint text-xs">
          {who} · <Ago time={time} />
        </p>
      </div>
    </li>
  );
}
