import type { ActivityView } from "@catalyst/model/view";
import { Link } from "@tanstack/react-router";
import { Check, CircleSlash, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Ago } from "../../design/ago.tsx";
import { isAuditedAction } from "./action.ts";

const looks = {
  done: { icon: Check, colour: "text-good" },
  refused: { icon: CircleSlash, colour: "text-warn" },
  failed: { icon: X, colour: "text-bad" },
} as const;

/** Who did what where, one line each; on a phone each line is a block of its own. */
export function AuditTable({ entries }: { readonly entries: readonly ActivityView[] }) {
  const { t } = useTranslation();
  const head = "px-4 py-2.5 font-medium";
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-raised">
      <table className="w-full text-left text-sm">
        <thead className="text-ink-faint text-xs max-sm:sr-only">
          <tr>
            <th scope="col" className={head}>
              {t("audit.what")}
            </th>
            <th scope="col" className={head}>
              {t("audit.where")}
            </th>
            <th scope="col" className={head}>
              {t("audit.who")}
            </th>
            <th scope="col" className={`${head} text-right`}>
              {t("audit.when")}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Line key={entry.id} entry={entry} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ entry }: { readonly entry: ActivityView }) {
  const { t } = useTranslation();
  const { action, message, user, time } = entry;
  const outcome = entry.outcome as keyof typeof looks;
  const { icon: Icon, colour } = looks[outcome];
  const what = isAuditedAction(action) ? t(`audit.actions.${action}`) : action;
  const cell = "px-4 py-2.5 align-top max-sm:block max-sm:py-0.5";
  return (
    <tr className="border-line border-t max-sm:block max-sm:py-2">
      <td className={cell}>
        <div className="flex gap-2.5">
          <Icon size={15} className={`mt-0.5 shrink-0 ${colour}`} aria-hidden />
          <div className="min-w-0">
            <p className="font-medium">
              {outcome === "done" ? what : t(`audit.tried.${outcome}`, { what })}
              {outcome === "done" && <span className="sr-only">, {t("audit.outcomes.done")}</span>}
            </p>
            <p className="break-words text-ink-soft">{message}</p>
          </div>
        </div>
      </td>
      <td className={`${cell} break-words max-sm:pl-10`}>
        <Place entry={entry} />
      </td>
      <td className={`${cell} max-sm:pl-10`}>{user}</td>
      <td className={`${cell} whitespace-nowrap text-ink-soft max-sm:pl-10 sm:text-right`}>
        <Ago time={time} />
      </td>
    </tr>
  );
}

function Place({ entry: { organization, environment, application } }: { readonly entry: ActivityView }) {
  const link = "text-accent hover:underline";
  if (environment !== undefined && application !== undefined)
    return (
      <>
        <Link
          to="/environments/$environment/applications/$application"
          params={{ environment, application }}
          preload={false}
          className={link}
        >
          {application}
        </Link>
        <p className="text-ink-faint text-xs">{environment}</p>
      </>
    );
  if (environment !== undefined)
    return (
      <Link to="/environments/$environment" params={{ environment }} preload={false} className={link}>
        {environment}
      </Link>
    );
  if (organization === undefined) return null;
  return (
    <Link to="/organizations/$organization" params={{ organization }} preload={false} className={link}>
      {organization}
    </Link>
  );
}
