import { type Chart, toPlainJson } from "@catalyst/charts";
import type { ChartCase } from "../../charts/cases.ts";

/** One way to render a chart. */
export interface Variation {
  readonly title: string;
  readonly options: ChartCase;
}

/** A value that can be changed, and what to. */
interface Change {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Values Kubernetes takes where charts have one of them; a chart often branches on them. */
const enumerations: readonly (readonly string[])[] = [
  ["ClusterIP", "NodePort", "LoadBalancer"],
  ["Deployment", "StatefulSet", "DaemonSet"],
  ["RollingUpdate", "Recreate", "OnDelete"],
  ["Always", "IfNotPresent", "Never"],
  ["standalone", "replication", "cluster"],
  ["ReadWriteOnce", "ReadWriteMany"],
];

/** What a cluster with more kinds and an older version tells. */
const otherCluster: ChartCase = {
  kubeVersion: "v1.25.4",
  namespace: "other",
  isUpgrade: true,
  includeCrds: true,
  apiVersions: [
    "monitoring.coreos.com/v1",
    "monitoring.coreos.com/v1/ServiceMonitor",
    "cert-manager.io/v1",
    "gateway.networking.k8s.io/v1",
    "security.openshift.io/v1",
    "route.openshift.io/v1",
    "networking.k8s.io/v1/Ingress",
    "policy/v1/PodDisruptionBudget",
    "autoscaling/v2/HorizontalPodAutoscaler",
  ],
};

/** What stands in place of an empty value when all of them are filled. */
const fillers = { map: { key: "value" }, list: ["item"], text: "text" } as const;

/**
 * Lists the ways a chart is rendered: with its defaults, with each of its files for continuous integration, for another
 * cluster, with every boolean on and off, with every empty value filled, and with single booleans and enumerated values
 * changed. The last are at most `limit`, spread evenly over all there are; the same chart gives the same list.
 */
export function variationsOf(
  chart: Chart | undefined,
  ciFiles: ReadonlyMap<string, string>,
  limit: number,
): Variation[] {
  const fixed: Variation[] = [
    { title: "defaults", options: { includeCrds: true } },
    { title: "notes", options: { notes: true } },
    { title: "another cluster", options: otherCluster },
    ...[...ciFiles].map(([name, valuesText]) => ({ title: name, options: { valuesText } })),
  ];
  if (chart === undefined) return fixed;
  const values = allValues(chart);
  const leaves = leavesOf(values, []);
  const booleans = leaves.filter(({ value }) => typeof value === "boolean");
  const whole = [
    withChanges(
      "every boolean true",
      booleans.map(({ path }) => ({ path, value: true })),
    ),
    withChanges(
      "every boolean false",
      booleans.map(({ path }) => ({ path, value: false })),
    ),
    withChanges("every empty value filled", leaves.flatMap(filled)),
  ];
  const single = [
    ...booleans.map(({ path, value }) => ({ path, value: !value })),
    ...leaves.flatMap(otherMembers),
    ...(chart.schema === undefined ? [] : schemaChanges(chart.schema, values)),
  ];
  return [
    ...fixed,
    ...whole,
    ...spread(single, limit).map((change) => withChanges(titleOf(change), [change])),
  ];
}

function titleOf({ path, value }: Change): string {
  return `${path.join(".")}=${JSON.stringify(value)}`;
}

function withChanges(title: string, changes: readonly Change[]): Variation {
  const root: Record<string, unknown> = {};
  for (const { path, value } of changes) {
    let map = root;
    for (const key of path.slice(0, -1)) {
      map[key] ??= {};
      map = map[key] as Record<string, unknown>;
    }
    map[path.at(-1) ?? ""] = value;
  }
  return { title, options: { values: root } };
}

/** The chart's values, with those of its subcharts where the chart would override them. */
function allValues(chart: Chart): Record<string, unknown> {
  const values = toPlainJson(chart.values) as Record<string, unknown>;
  for (const { name, alias } of chart.metadata.dependencies) {
    const subchart = chart.dependencies.find(({ metadata }) => metadata.name === name);
    if (subchart === undefined) continue;
    const key = alias || name;
    const own = values[key];
    values[key] = { ...allValues(subchart), ...(isMap(own) ? own : {}) };
  }
  return values;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function leavesOf(value: unknown, path: readonly string[]): Change[] {
  if (isMap(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
  }
  return path.length === 0 ? [] : [{ path, value }];
}

function filled({ path, value }: Change): Change[] {
  if (value === "") return [{ path, value: fillers.text }];
  if (Array.isArray(value) && value.length === 0) return [{ path, value: fillers.list }];
  return isMap(value) ? [{ path, value: fillers.map }] : [];
}

function otherMembers({ path, value }: Change): Change[] {
  const members = enumerations.find((one) => one.includes(value as string)) ?? [];
  return members.filter((member) => member !== value).map((member) => ({ path, value: member }));
}

/** Changes to what a schema's `enum` allows besides the value there is. */
function schemaChanges(schema: Uint8Array, values: Record<string, unknown>): Change[] {
  try {
    return enumChanges(JSON.parse(Buffer.from(schema).toString("utf8")), values, []);
  } catch {
    // A schema that can't be read is an error both programs tell.
    return [];
  }
}

function enumChanges(schema: unknown, value: unknown, path: readonly string[]): Change[] {
  if (!isMap(schema)) return [];
  const allowed = Array.isArray(schema["enum"]) ? schema["enum"] : [];
  const own =
    path.length === 0 ? [] : allowed.filter((one) => one !== value).map((one) => ({ path, value: one }));
  const properties = isMap(schema["properties"]) ? schema["properties"] : {};
  const inside = Object.entries(properties).flatMap(([key, inner]) =>
    enumChanges(inner, isMap(value) ? value[key] : undefined, [...path, key]),
  );
  return [...own, ...inside];
}

function spread<T>(items: readonly T[], limit: number): T[] {
  if (items.length <= limit) return [...items];
  return Array.from({ length: limit }, (_, index) => items[Math.floor((index * items.length) / limit)] as T);
}
