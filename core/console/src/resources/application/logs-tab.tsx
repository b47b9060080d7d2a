import type { PodView } from "@catalyst/model/view";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { selectClass } from "../../design/field.tsx";
import { SearchBox } from "../../design/search-box.tsx";
import { EmptyState, ErrorState, Skeleton } from "../../design/states.tsx";
import { LogLines } from "./log-lines.tsx";
import { useLog } from "./log-stream.ts";

const ranges = ["", "5m", "1h", "24h"] as const;

/** The output of an Application's containers, as it is written. */
export function LogsTab() {
  const { t } = useTranslation();
  const { environment, application } = useParams({
    from: "/environments/$environment/applications/$application",
  });
  const { data, error } = useQuery(queries.pods(environment, application));
  const [wanted, setWanted] = useState<string>();
  if (error !== null) return <ErrorState error={error} />;
  if (data === undefined) return <Skeleton lines={8} />;
  const pod = data.items.find(({ name }) => name === wanted) ?? data.items[0];
  if (pod === undefined) return <EmptyState title={t("logs.noPods")} text={t("logs.noPodsText")} />;
  return (
    <Log
      key={`${environment}/${application}/${pod.name}`}
      environment={environment}
      application={application}
      pods={data.items}
      pod={pod}
      onPod={setWanted}
    />
  );
}

function Log({
  environment,
  application,
  pods,
  pod,
  onPod,
}: {
  readonly environment: string;
  readonly application: string;
  readonly pods: readonly PodView[];
  readonly pod: PodView;
  readonly onPod: (name: string) => void;
}) {
  const { t } = useTranslation();
  const [container, setContainer] = useState(pod.containers[0] ?? "");
  const [since, setSince] = useState<string>("");
  const [search, setSearch] = useState("");
  const [previous, setPrevious] = useState(false);
  const { lines, state, error } = useLog({
    environment,
    application,
    pod: pod.name,
    container,
    since,
    previous,
    restarts: pod.restarts,
  });
  const words = search.toLowerCase();
  const shown = words === "" ? lines : lines.filter((line) => line.toLowerCase().includes(words));
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        <Choice
          label={t("logs.pod")}
          value={pod.name}
          values={pods.map(({ name }) => [name, name])}
          onChange={onPod}
        />
        {pod.containers.length > 1 && (
          <Choice
            label={t("logs.container")}
            value={container}
            values={pod.containers.map((name) => [name, name])}
            onChange={setContainer}
          />
        )}
        {pod.restarts > 0 && (
          <Choice
            label={t("logs.run")}
            value={previous ? "previous" : ""}
            values={[
              ["", t("logs.current")],
              ["previous", t("logs.previous")],
            ]}
            onChange={(run) => setPrevious(run === "previous")}
          />
        )}
        <Choice
          label={t("logs.since")}
          value={since}
          values={ranges.map((range) => [range, t(range === "" ? "logs.all" : `logs.last.${range}`)])}
          onChange={setSince}
        />
        <SearchBox label={t("logs.search")} value={search} onChange={setSearch} />
        <span role="status" className="ml-auto self-center text-ink-faint text-sm">
          {t(`logs.state.${state}`)}
          {search !== "" && ` · ${t("logs.found", { count: shown.length })}`}
        </span>
      </div>
      {error !== undefined && <ErrorState error={error} />}
      {error === undefined && (
        <LogLines
          lines={shown}
          nothing={search !== "" && lines.length > 0 ? t("logs.noMatch", { search }) : t("logs.nothing")}
        />
      )}
    </div>
  );
}

function Choice({
  label,
  value,
  values,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly values: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      className={`${selectClass} max-w-full sm:w-auto`}
    >
      {values.map(([item, text]) => (
        <option key={item} value={item}>
          {text}
        </option>
      ))}
    </select>
  );
}
