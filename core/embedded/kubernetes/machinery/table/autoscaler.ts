import { toNewerAutoscaler } from "../resources/convert/autoscaler.ts";
import { at, each, type Fields, number, text } from "../resources/fields.ts";
import { created, name, unset } from "./cell.ts";

/** A HorizontalPodAutoscaler's cells. Source: Kubernetes' printers. */
export function autoscalerCells(given: Fields, now: number): readonly unknown[] {
  const object = given["apiVersion"] === "autoscaling/v1" ? toNewerAutoscaler(given) : given;
  const spec = at(object, "spec");
  const status = at(object, "status");
  const target = at(spec, "scaleTargetRef");
  return [
    name(object),
    `${text(target, "kind")}/${text(target, "name")}`,
    metrics(each(spec, "metrics"), each(status, "currentMetrics")),
    unset(spec["minReplicas"]),
    number(spec, "maxReplicas") ?? 0,
    number(status, "currentReplicas") ?? 0,
    created(object, now),
  ];
}

function metrics(wanted: readonly Fields[], current: readonly Fields[]): string {
  if (wanted.length === 0) return "<none>";
  const shown = wanted.map((metric, index) => metricText(metric, current[index] ?? {}));
  if (shown.length <= 2) return shown.join(", ");
  return `${shown.slice(0, 2).join(", ")} + ${shown.length - 2} more...`;
}

const sources: Readonly<Record<string, string>> = {
  External: "external",
  Pods: "pods",
  Object: "object",
  Resource: "resource",
  ContainerResource: "containerResource",
};

function metricText(metric: Fields, status: Fields): string {
  const source = sources[text(metric, "type")];
  if (source === undefined) return "<unknown type>";
  const body = at(metric, source);
  const target = at(body, "target");
  const current = at(status, source, "current");
  const average = target["averageValue"];
  const known = (value: unknown) => (value === undefined ? "<unknown>" : String(value));
  if (source === "resource" || source === "containerResource") {
    const label = `${text(body, "name")}: `;
    if (average !== undefined) return `${label}${known(current["averageValue"])}/${String(average)}`;
    const percent = (value: unknown, fallback: string) =>
      value === undefined ? fallback : `${String(value)}%`;
    const now = percent(current["averageUtilization"], "<unknown>");
    return `${label}${now}/${percent(target["averageUtilization"], "<auto>")}`;
  }
  if (average !== undefined) {
    return `${known(current["averageValue"])}/${String(average)}${source === "pods" ? "" : " (avg)"}`;
  }
  return `${known(current["value"])}/${String(target["value"])}`;
}
