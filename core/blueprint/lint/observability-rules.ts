import { describeError } from "@catalyst/base/errors";
import { isObject, jsonEqual } from "@catalyst/base/json";
import { parseYaml } from "@catalyst/base/yaml";
import { chartFolder } from "../folder/folder.ts";
import { chartOf, exampleValues, render } from "./rendering.ts";
import type { LintSubject, Rule, RuleFinding } from "./rule.ts";

/** Parts of a chart that need something the cluster may not have (facts: "Observability toggles"). */
const switchNames = new Set([
  "serviceMonitor",
  "podMonitor",
  "metrics",
  "prometheusRule",
  "tracing",
  "relay",
  "hubble",
]);

const monitoringKinds = new Set(["ServiceMonitor", "PodMonitor", "PrometheusRule", "Probe"]);
const file = `${chartFolder}/values.yaml`;

/** Rules about observability: off unless asked for, and the chart renders either way. */
export const observabilityRules: readonly Rule[] = [
  {
    code: "observability-default",
    severity: "error",
    summary: "Observability is off by default, and the chart renders with it on and off.",
    check: (subject) => [...defaultsOn(subject), ...monitoringObjects(subject), ...rendersEitherWay(subject)],
  },
];

function defaultsOn(subject: LintSubject): RuleFinding[] {
  return switches(subject)
    .filter(({ on }) => on)
    .map(({ path }) => ({ message: `${path.join(".")} is on by default`, file, field: path.join(".") }));
}

function monitoringObjects(subject: LintSubject): RuleFinding[] {
  return subject.renderings.flatMap(({ objects }) =>
    objects
      .filter(({ kind }) => monitoringKinds.has(kind))
      .map((of) => ({ message: `${of.kind} ${of.name} is there by default`, file: of.file })),
  );
}

function rendersEitherWay(subject: LintSubject): RuleFinding[] {
  const found = switches(subject);
  const [standard] = subject.renderings;
  if (found.length === 0 || standard === undefined) return [];
  const chart = chartOf(subject);
  const rendered = (on: boolean) => {
    const values = structuredClone(exampleValues(subject, subject.manifest.spec.defaultSize)) as Record<
      string,
      unknown
    >;
    for (const { path } of found) turn(values, path, on);
    return render(chart, values, on ? "observability on" : "observability off");
  };
  try {
    rendered(true);
    if (jsonEqual(rendered(false).objects, standard.objects)) return [];
    return [{ message: "with observability switched off it differs from the default", file }];
  } catch (error) {
    return [{ message: `with observability switched it can't be rendered: ${describeError(error)}`, file }];
  }
}

function switches(subject: LintSubject): { readonly path: readonly string[]; readonly on: boolean }[] {
  const bytes = subject.files.get(file);
  if (bytes === undefined) return [];
  const found: { path: string[]; on: boolean }[] = [];
  const walk = (value: unknown, path: string[]): void => {
    if (!isObject(value)) return;
    const enabled = value["enabled"];
    if (switchNames.has(path.at(-1) ?? "") && typeof enabled === "boolean") {
      found.push({ path: [...path, "enabled"], on: enabled });
    }
    for (const [key, item] of Object.entries(value)) walk(item, [...path, key]);
  };
  walk(parseYaml(new TextDecoder().decode(bytes), { file }).value, []);
  return found;
}

function turn(values: Record<string, unknown>, path: readonly string[], on: boolean): void {
  let at = values;
  for (const key of path.slice(0, -1)) {
    const next = isObject(at[key]) ? at[key] : {};
    at[key] = next;
    at = next;
  }
  at[path.at(-1) ?? ""] = on;
}
