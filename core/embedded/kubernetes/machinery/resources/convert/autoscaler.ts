import { isObject, jsonEqual } from "@catalyst/base/json";
import { at, each, type Fields, text } from "../fields.ts";

/*
 * A HorizontalPodAutoscaler in its two versions. `autoscaling/v1` has a field for the one metric it knows; what else
 * `autoscaling/v2` says is kept in annotations there. Source: Kubernetes' `pkg/apis/autoscaling/v1/conversion.go`.
 */

const prefix = "autoscaling.alpha.kubernetes.io";
const metricsAnnotation = `${prefix}/metrics`;
const behaviorAnnotation = `${prefix}/behavior`;
const statusesAnnotation = `${prefix}/current-metrics`;
const conditionsAnnotation = `${prefix}/conditions`;
const ownAnnotations = [metricsAnnotation, behaviorAnnotation, statusesAnnotation, conditionsAnnotation];

const defaultUtilization = 80;

/** Gives an autoscaler of `autoscaling/v1` as `autoscaling/v2` has it. */
export function toNewerAutoscaler(autoscaler: Fields): Fields {
  const annotations = at(autoscaler, "metadata", "annotations");
  const { targetCPUUtilizationPercentage: percent, ...spec } = at(autoscaler, "spec");
  const others = parsedList(annotations[metricsAnnotation]).map((metric) => newerMetric(metric, "target"));
  const metrics = [...others, ...(percent === undefined ? [] : [cpuMetric(percent)])];
  const behavior = parsed(annotations[behaviorAnnotation]);
  return {
    ...autoscaler,
    apiVersion: "autoscaling/v2",
    metadata: withAnnotations(at(autoscaler, "metadata"), {}),
    spec: {
      ...spec,
      metrics: metrics.length === 0 ? [cpuMetric(defaultUtilization)] : metrics,
      ...(isObject(behavior) && Object.keys(behavior).length > 0
        ? { behavior: recased(behavior, lowered) }
        : {}),
    },
    ...(autoscaler["status"] === undefined ? {} : { status: newerStatus(autoscaler, annotations) }),
  };
}

function newerStatus(autoscaler: Fields, annotations: Fields): Fields {
  const { currentCPUUtilizationPercentage: percent, ...status } = at(autoscaler, "status");
  const known = annotations[statusesAnnotation];
  const conditions = parsedList(annotations[conditionsAnnotation]);
  const current = { averageUtilization: percent };
  const measured =
    known !== undefined
      ? parsedList(known).map((metric) => newerMetric(metric, "current"))
      : percent === undefined
        ? []
        : [{ type: "Resource", resource: { name: "cpu", current } }];
  return {
    ...status,
    currentMetrics: measured.length === 0 ? null : measured,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

/** Gives an autoscaler of `autoscaling/v2` as `autoscaling/v1` has it. */
export function toOlderAutoscaler(autoscaler: Fields): Fields {
  const { metrics: _metrics, behavior, ...spec } = at(autoscaler, "spec");
  const { currentMetrics: _current, conditions: _conditions, ...status } = at(autoscaler, "status");
  const all = each(at(autoscaler, "spec"), "metrics");
  const cpu = all.find(isCpu);
  const others = all.filter((metric) => !isCpu(metric)).map((metric) => olderMetric(metric, "target"));
  const measured = each(at(autoscaler, "status"), "currentMetrics");
  const conditions = each(at(autoscaler, "status"), "conditions");
  const used = measured.filter((metric) => metric["type"] === "Resource").at(-1);
  const percent =
    text(at(used, "resource"), "name") === "cpu"
      ? at(used, "resource", "current")["averageUtilization"]
      : undefined;
  const kept = {
    ...(others.length === 0 ? {} : { [metricsAnnotation]: JSON.stringify(others) }),
    ...(measured.length === 0
      ? {}
      : { [statusesAnnotation]: JSON.stringify(measured.map((metric) => olderMetric(metric, "current"))) }),
    ...(behavior === undefined
      ? {}
      : { [behaviorAnnotation]: JSON.stringify(recased(completeBehavior(behavior), raised)) }),
    ...(conditions.length === 0 ? {} : { [conditionsAnnotation]: JSON.stringify(conditions) }),
  };
  return {
    ...autoscaler,
    apiVersion: "autoscaling/v1",
    metadata: withAnnotations(at(autoscaler, "metadata"), kept),
    spec: {
      ...spec,
      ...(cpu === undefined
        ? {}
        : { targetCPUUtilizationPercentage: at(cpu, "resource", "target")["averageUtilization"] }),
    },
    ...(autoscaler["status"] === undefined
      ? {}
      : {
          status: {
            ...status,
            ...(percent === undefined ? {} : { currentCPUUtilizationPercentage: percent }),
          },
        }),
  };
}

function isCpu(metric: Fields): boolean {
  const { name, target } = at(metric, "resource");
  return (
    metric["type"] === "Resource" &&
    name === "cpu" &&
    at({ target }, "target")["averageUtilization"] !== undefined
  );
}

function cpuMetric(averageUtilization: unknown): Fields {
  return { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } };
}

/** The annotations of conversion, as they shall be; all others as they are. */
function withAnnotations(metadata: Fields, own: Fields): Fields {
  const others = Object.entries(at(metadata, "annotations")).filter(([key]) => !ownAnnotations.includes(key));
  const annotations = { ...Object.fromEntries(others), ...own };
  if (jsonEqual(annotations, at(metadata, "annotations"))) return metadata;
  const { annotations: _before, ...rest } = metadata;
  return Object.keys(annotations).length === 0 ? rest : { ...rest, annotations };
}

/** Where `autoscaling/v1` has a metric's values: the same of every source but those of resources. */
type Side = "target" | "current";

const sources = ["object", "pods", "resource", "containerResource", "external"] as const;

function sourceOf(metric: Fields): (typeof sources)[number] | undefined {
  return sources.find((source) => metric[source] !== undefined);
}

function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function olderMetric(metric: Fields, side: Side): Fields {
  const source = sourceOf(metric);
  if (source === undefined) return { type: metric["type"] };
  const given = at(metric, source);
  const { value, averageValue, averageUtilization } = at(given, side);
  const { name: metricName, selector } = at(given, "metric");
  const named = (key: string) => `${side}${key}`;
  const body: Readonly<Record<typeof source, () => Fields>> = {
    object: () => ({
      target: given["describedObject"],
      metricName,
      [named("Value")]: value ?? "0",
      selector,
      averageValue,
    }),
    pods: () => ({ metricName, [named("AverageValue")]: averageValue ?? "0", selector }),
    external: () => ({
      metricName,
      metricSelector: selector,
      [named("Value")]: side === "current" ? (value ?? "0") : value,
      [named("AverageValue")]: averageValue,
    }),
    resource: () => ({
      name: given["name"],
      [named("AverageUtilization")]: averageUtilization,
      [named("AverageValue")]: side === "current" ? (averageValue ?? "0") : averageValue,
    }),
    containerResource: () => ({
      name: given["name"],
      [named("AverageUtilization")]: averageUtilization,
      [named("AverageValue")]: side === "current" ? (averageValue ?? "0") : averageValue,
      container: given["container"],
    }),
  };
  return { type: metric["type"], [source]: present(body[source]()) };
}

function newerMetric(metric: Fields, side: Side): Fields {
  const source = sourceOf(metric);
  if (source === undefined) return { type: metric["type"] };
  const given = at(metric, source);
  const [value, ownAverage, averageUtilization] = ["Value", "AverageValue", "AverageUtilization"].map(
    (key) => given[`${side}${key}`],
  );
  const averageValue = source === "object" ? given["averageValue"] : ownAverage;
  const isZero = value === "0" && source === "object" && averageValue !== undefined && side === "target";
  const type =
    averageUtilization !== undefined
      ? "Utilization"
      : value === undefined || (source === "object" && averageValue !== undefined)
        ? "AverageValue"
        : "Value";
  const values = present({
    ...(side === "target" ? { type } : {}),
    value: isZero ? undefined : value,
    averageValue,
    averageUtilization,
  });
  const selector = given["selector"] ?? given["metricSelector"];
  const identifier = present({ name: given["metricName"], selector });
  const isResource = source === "resource" || source === "containerResource";
  const body = isResource
    ? { name: given["name"], container: given["container"], [side]: values }
    : {
        describedObject: source === "object" ? given["target"] : undefined,
        metric: identifier,
        [side]: values,
      };
  return { type: metric["type"], [source]: present(body) };
}

/** The annotation holds Go's internal form: field names with capitals, and null for what isn't set. */
function completeBehavior(behavior: unknown): unknown {
  const rules = (given: Fields) => ({
    stabilizationWindowSeconds: given["stabilizationWindowSeconds"] ?? null,
    selectPolicy: given["selectPolicy"] ?? null,
    policies: given["policies"] ?? null,
    tolerance: given["tolerance"] ?? null,
  });
  return {
    scaleUp: rules(at(behavior, "scaleUp")),
    scaleDown: rules(at(behavior, "scaleDown")),
  };
}

function recased(value: unknown, name: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => recased(item, name));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null || name === raised)
      .map(([key, item]) => [name(key), recased(item, name)]),
  );
}

function raised(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}

function lowered(key: string): string {
  return key.charAt(0).toLowerCase() + key.slice(1);
}

function parsed(annotation: unknown): unknown {
  if (typeof annotation !== "string") return undefined;
  try {
    return JSON.parse(annotation);
  } catch {
    return undefined;
  }
}

function parsedList(annotation: unknown): readonly Fields[] {
  const list = parsed(annotation);
  return Array.isArray(list) ? list.filter(isObject) : [];
}
