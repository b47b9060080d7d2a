import { jsonEqual } from "@catalyst/base/json";
import { labelSelectorOf } from "../../select/label-selector.ts";
import type { FieldFault } from "../../status.ts";
import { forbidden, immutable, invalidValue, required, unsupported } from "../../validate/faults.ts";
import { validateSelector } from "../../validate/selector.ts";
import { at, each, type Fields, number, text, textMap } from "../fields.ts";
import { atLeast, oneOf } from "./checks.ts";
import { cronFault } from "./cron.ts";
import { validatePodTemplate } from "./pod-spec.ts";
import type { Validations } from "./types.ts";

/** The selector must be there, not be empty, and select the template. */
function selectorFaults(spec: Fields, what: string): readonly FieldFault[] {
  const { selector } = spec;
  const labels = at(spec, "template", "metadata", "labels");
  const faults: FieldFault[] = [];
  if (selector === undefined) faults.push(required("spec.selector"));
  else {
    faults.push(...validateSelector(at(spec, "selector"), "spec.selector"));
    if (labelSelectorOf(selector).everything) {
      faults.push(invalidValue("spec.selector", selector, `empty selector is invalid for ${what}`));
      return faults;
    }
  }
  if (faults.length === 0 || selector === undefined) {
    if (!labelSelectorOf(selector).matches(textMap(at(spec, "template", "metadata"), "labels"))) {
      const shown = Object.keys(labels).length === 0 ? null : labels;
      faults.push(
        invalidValue("spec.template.metadata.labels", shown, "`selector` does not match template `labels`"),
      );
    }
  }
  return faults;
}

function workload(object: Fields, what: string): readonly FieldFault[] {
  const spec = at(object, "spec");
  return [
    ...atLeast(spec, "replicas", 0, "spec"),
    ...atLeast(spec, "minReadySeconds", 0, "spec"),
    ...atLeast(spec, "revisionHistoryLimit", 0, "spec"),
    ...selectorFaults(spec, what),
    ...validatePodTemplate(at(spec, "template"), "spec.template"),
  ];
}

function deployment(object: Fields): readonly FieldFault[] {
  const spec = at(object, "spec");
  const faults = [...workload(object, "deployment"), ...deploymentStrategy(at(spec, "strategy"))];
  const deadline = number(spec, "progressDeadlineSeconds");
  if (deadline !== undefined) {
    faults.push(...atLeast(spec, "progressDeadlineSeconds", 0, "spec"));
    if (deadline <= (number(spec, "minReadySeconds") ?? 0)) {
      faults.push(
        invalidValue("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"),
      );
    }
  }
  return faults;
}

function deploymentStrategy(strategy: Fields): readonly FieldFault[] {
  const rolling = at(strategy, "rollingUpdate");
  switch (strategy["type"]) {
    case "Recreate":
      return strategy["rollingUpdate"] === undefined
        ? []
        : [
            forbidden(
              "spec.strategy.rollingUpdate",
              "may not be specified when strategy `type` is 'Recreate'",
            ),
          ];
    case "RollingUpdate":
      return rollingFaults(rolling, "spec.strategy.rollingUpdate");
    default: {
      const shown = { Type: strategy["type"], RollingUpdate: strategy["rollingUpdate"] ?? null };
      return [unsupported("spec.strategy", shown, ["Recreate", "RollingUpdate"])];
    }
  }
}

function rollingFaults(rolling: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  for (const field of ["maxUnavailable", "maxSurge"]) {
    const value = rolling[field];
    if (typeof value === "number" && value < 0) {
      faults.push(invalidValue(`${path}.${field}`, value, "must be greater than or equal to 0"));
    }
    if (typeof value === "string" && !/^\d+%$/.test(value)) {
      faults.push(
        invalidValue(
          `${path}.${field}`,
          value,
          "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ),
      );
    }
  }
  const isZero = (value: unknown) => value === 0 || value === "0%";
  if (isZero(rolling["maxUnavailable"]) && isZero(rolling["maxSurge"])) {
    faults.push(invalidValue(`${path}.maxUnavailable`, 0, "may not be 0 when `maxSurge` is 0"));
  }
  return faults;
}

function selectorFixed(object: Fields, stored: Fields): readonly FieldFault[] {
  const selector = at(object, "spec")["selector"];
  if (jsonEqual(selector, at(stored, "spec")["selector"])) return [];
  return [invalidValue("spec.selector", selector, immutable)];
}

const statefulChangeable = new Set([
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
]);

function statefulSetUpdate(object: Fields, stored: Fields): readonly FieldFault[] {
  const spec = at(object, "spec");
  const before = at(stored, "spec");
  const changed = [...Object.keys(spec), ...Object.keys(before)].some(
    (field) => !statefulChangeable.has(field) && !jsonEqual(spec[field], before[field]),
  );
  if (!changed) return [];
  const names = [...statefulChangeable].map((name) => `'${name}'`);
  const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return [forbidden("spec", `updates to statefulset spec for fields other than ${list} are forbidden`)];
}

function statefulSet(object: Fields): readonly FieldFault[] {
  const spec = at(object, "spec");
  return [
    ...oneOf(spec, "podManagementPolicy", ["OrderedReady", "Parallel"], "spec"),
    ...oneOf(at(spec, "updateStrategy"), "type", ["RollingUpdate", "OnDelete"], "spec.updateStrategy"),
    ...workload(object, "statefulset"),
    ...each(spec, "volumeClaimTemplates").flatMap((claim, index) =>
      text(at(claim, "metadata"), "name") === ""
        ? [required(`spec.volumeClaimTemplates[${index}].metadata.name`)]
        : [],
    ),
  ];
}

function jobSpec(spec: Fields, path: string): readonly FieldFault[] {
  return [
    ...[
      "parallelism",
      "completions",
      "activeDeadlineSeconds",
      "backoffLimit",
      "ttlSecondsAfterFinished",
    ].flatMap((field) => atLeast(spec, field, 0, path)),
    ...oneOf(spec, "completionMode", ["NonIndexed", "Indexed"], path),
    ...validatePodTemplate(at(spec, "template"), `${path}.template`, ["OnFailure", "Never"]),
  ];
}

function jobUpdate(object: Fields, stored: Fields): readonly FieldFault[] {
  const spec = at(object, "spec");
  const before = at(stored, "spec");
  const fixed = ["completions", "selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex"];
  // A suspended Job that never ran may still get another place to run.
  const startable = before["suspend"] === true && at(stored, "status")["startTime"] === undefined;
  return [...fixed, ...(startable ? [] : ["template"])]
    .filter((field) => !jsonEqual(spec[field], before[field]))
    .map((field) => invalidValue(`spec.${field}`, spec[field] ?? null, immutable));
}

function cronJob(object: Fields): readonly FieldFault[] {
  const spec = at(object, "spec");
  const schedule = text(spec, "schedule");
  const faults: FieldFault[] = [];
  if (schedule === "") faults.push(required("spec.schedule"));
  else {
    const fault = cronFault(schedule);
    if (fault !== undefined) faults.push(invalidValue("spec.schedule", schedule, fault));
  }
  const name = text(at(object, "metadata"), "name");
  if (name.length > 52)
    faults.push(invalidValue("metadata.name", name, "must be no more than 52 characters"));
  return [
    ...faults,
    ...["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"].flatMap((field) =>
      atLeast(spec, field, 0, "spec"),
    ),
    ...oneOf(spec, "concurrencyPolicy", ["Allow", "Forbid", "Replace"], "spec"),
    ...jobSpec(at(spec, "jobTemplate", "spec"), "spec.jobTemplate.spec"),
  ];
}

export const appsValidations: Validations = {
  Deployment: { object: deployment, update: selectorFixed },
  ReplicaSet: { object: (set) => workload(set, "replicaset"), update: selectorFixed },
  StatefulSet: { object: statefulSet, update: statefulSetUpdate },
  DaemonSet: {
    object: (set) => [
      ...oneOf(
        at(set, "spec", "updateStrategy"),
        "type",
        ["RollingUpdate", "OnDelete"],
        "spec.updateStrategy",
      ),
      ...workload(set, "daemonset"),
    ],
    update: selectorFixed,
  },
  ControllerRevision: {
    update: (revision, stored) =>
      jsonEqual(revision["data"], stored["data"])
        ? []
        : [invalidValue("data", revision["data"] ?? null, immutable)],
  },
};

export const batchValidations: Validations = {
  Job: { object: (job) => jobSpec(at(job, "spec"), "spec"), update: jobUpdate },
  CronJob: { object: cronJob },
};
