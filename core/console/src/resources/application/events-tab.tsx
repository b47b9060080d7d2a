import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { AlertTriangle, Info } from "lucide-react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { Ago } from "../../design/ago.tsx";
import { Card } from "../../design/layout.tsx";
import { EmptyState, ErrorState, Skeleton } from "../../design/states.tsx";

/** What happened to an Application's objects, newest first. */
export function EventsTab() {
  const { t } = useTranslation();
  const { environment, application } = useParams({
    from: "/environments/$environment/applications/$application",
  });
  const { data, error, refetch } = useQuery(queries.events(environment, application));
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton lines={6} />;
  if (data.items.length === 0) return <EmptyState title={t("events.none")} text={t("events.noneText")} />;
  return (
    <Card>
      <ol className="grid gap-4">
        {data.items.map(({ id, time, type, reason, message, object, count }) => {
          const warning = type === "Warning";
          const Icon = warning ? AlertTriangle : Info;
          return (
            <li key={id} className="flex gap-3 text-sm">
              <Icon
                size={17}
                aria-hidden
                className={`mt-0.5 shrink-0 ${warning ? "text-warn" : "text-ink-faint"}`}
              />
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-baseline gap-x-2">
                  <span className="font-medium">{reason}</span>
                  {warning && <span className="sr-only">{t("events.warning")}</span>}
                  <span className="break-all text-ink-faint text-xs">
                    {object.kind} {object.name}
                  </span>
                  {count > 1 && (
                    <span className="text-ink-faint text-xs">{t("events.times", { count })}</span>
                  )}
                  <span className="ml-auto text-ink-faint text-xs">
                    <Ago time={time} />
                  </span>
                </p>
                <p className="break-words text-ink-soft">{message}</p>
              </div>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
