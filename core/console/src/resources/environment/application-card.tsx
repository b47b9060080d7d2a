import type { ApplicationView } from "@catalyst/model/view";
import { Link } from "@tanstack/react-router";
import { Boxes, ScrollText, Settings } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Ago } from "../../design/ago.tsx";
import { iconButtonClass } from "../../design/icon-button.tsx";
import { StatusBadge } from "../../design/status.tsx";
import { OpenButton } from "../application/open-button.tsx";
import { BlueprintIcon } from "../blueprint/blueprint-icon.tsx";

/** An Application among others. It is made anew only when the Application changed, not at each scroll. */
export const ApplicationCard = memo(function ApplicationCard({
  application,
}: {
  readonly application: ApplicationView;
}) {
  const { t } = useTranslation();
  const { environment, name, blueprint, pods, dependents, requestedBy } = application;
  const params = { environment, application: name };
  return (
    <article className="relative flex h-full flex-col gap-2.5 rounded-xl border border-line bg-raised p-4 pb-2 transition hover:border-line-strong hover:shadow-sm">
      <div className="flex items-start gap-3">
        <BlueprintIcon name={blueprint.name} />
        <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-2">
          <h3 className="truncate font-semibold">
            <Link
              to="/environments/$environment/applications/$application"
              params={params}
              className="after:absolute after:inset-0 after:rounded-xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
            >
              {name}
            </Link>
          </h3>
          <StatusBadge application={application} />
          <p className="col-span-2 truncate text-ink-faint text-xs">
            {blueprint.name} {blueprint.version}
          </p>
        </div>
      </div>
      <Message application={application} />
      <div className="mt-auto flex min-h-8 items-center gap-3 text-ink-faint text-xs">
        {pods.wanted > 0 && (
          <span className="inline-flex items-center gap-1" title={t("application.podsReady", { ...pods })}>
            <Boxes size={14} aria-hidden />
            {pods.ready}/{pods.wanted}
            <span className="sr-only">{t("application.pods")}</span>
          </span>
        )}
        {requestedBy !== undefined && dependents.length > 0 && (
          <span className="truncate">{t("environment.usedBy", { names: dependents.join(", ") })}</span>
        )}
        <span className="-mr-2 ml-auto flex">
          <Link
            to="/environments/$environment/applications/$application/logs"
            params={params}
            preload={false}
            aria-label={t("environment.logsOf", { name })}
            title={t("tab.logs")}
            className={iconButtonClass}
          >
            <ScrollText size={16} aria-hidden />
          </Link>
          <Link
            to="/environments/$environment/applications/$application/settings"
            params={params}
            preload={false}
            aria-label={t("environment.settingsOf", { name })}
            title={t("tab.settings")}
            className={iconButtonClass}
          >
            <Settings size={16} aria-hidden />
          </Link>
          <OpenButton application={application} small />
        </span>
      </div>
    </article>
  );
});

/** Why it isn't Running; else where it answers, or who changed it last. */
function Message({
  application: { phase, why, commit, endpoints },
}: {
  readonly application: ApplicationView;
}) {
  const { t } = useTranslation();
  if (phase !== "Running" && why !== undefined)
    return <p className="line-clamp-2 text-ink-soft text-sm">{why.sentence}</p>;
  return (
    <div className="grid text-ink-soft text-sm">
      {endpoints[0] !== undefined && (
        <p className="truncate">{endpoints[0].url.replace(/^https?:\/\//, "")}</p>
      )}
      {commit !== undefined && (
        <p className="truncate text-ink-faint text-xs">
          {t("commit.by", { author: commit.author })} <Ago time={commit.date} />
        </p>
      )}
    </div>
  );
}
