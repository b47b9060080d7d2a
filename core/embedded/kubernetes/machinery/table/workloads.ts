import { at, each, type Fields, number, text } from "../resources/fields.ts";
import { ageOf, humanDuration } from "./age.ts";
import { type Cells, containerCells, created, labelsCell, name, none, selectorCell } from "./cell.ts";

function count(object: Fields, key: string): number {
  return number(object, key) ?? 0;
}

function deployment(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const status = at(object, "status");
  return [
    name(object),
    `${count(status, "readyReplicas")}/${count(spec, "replicas")}`,
    count(status, "updatedReplicas"),
    count(status, "availableReplicas"),
    created(object, now),
    ...containerCells(at(spec, "template")),
    selectorCell(spec["selector"], ""),
  ];
}

function replicaSet(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const status = at(object, "status");
  const selector = spec["selector"];
  return [
    name(object),
    count(spec, "replicas"),
    count(status, "replicas"),
    count(status, "readyReplicas"),
    created(object, now),
    ...containerCells(at(spec, "template")),
    object["kind"] === "ReplicaSet" ? selectorCell(selector) : labelsCell(at(spec, "selector")),
  ];
}

function statefulSet(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  return [
    name(object),
    `${count(at(object, "status"), "readyReplicas")}/${count(spec, "replicas")}`,
    created(object, now),
    ...containerCells(at(spec, "template")),
  ];
}

function daemonSet(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const status = at(object, "status");
  return [
    name(object),
    count(status, "desiredNumberScheduled"),
    count(status, "currentNumberScheduled"),
    count(status, "numberReady"),
    count(status, "updatedNumberScheduled"),
    count(status, "numberAvailable"),
    labelsCell(at(spec, "template", "spec", "nodeSelector")),
    created(object, now),
    ...containerCells(at(spec, "template")),
    selectorCell(spec["selector"]),
  ];
}

/** What a Job's STATUS says, in the order the conditions are looked at. */
const jobStates: readonly (readonly [string, string])[] = [
  ["Complete", "Complete"],
  ["Failed", "Failed"],
  ["", "Terminating"],
  ["Suspended", "Suspended"],
  ["FailureTarget", "FailureTarget"],
  ["SuccessCriteriaMet", "SuccessCriteriaMet"],
];

function jobState(job: Fields): string {
  const conditions = each(at(job, "status"), "conditions");
  const ending = at(job, "metadata")["deletionTimestamp"] !== undefined;
  const found = jobStates.find(([type]) =>
    type === "" ? ending : conditions.some((one) => one["type"] === type && one["status"] === "True"),
  );
  return found?.[1] ?? "Running";
}

function jobCompletions(job: Fields): string {
  const spec = at(job, "spec");
  const done = count(at(job, "status"), "succeeded");
  const wanted = number(spec, "completions");
  if (wanted !== undefined) return `${done}/${wanted}`;
  const parallel = count(spec, "parallelism");
  return parallel > 1 ? `${done}/1 of ${parallel}` : `${done}/1`;
}

function jobDuration(job: Fields, now: number): string {
  const started = text(at(job, "status"), "startTime");
  if (started === "") return "";
  const ended = text(at(job, "status"), "completionTime");
  return humanDuration((ended === "" ? now : Date.parse(ended)) - Date.parse(started));
}

function job(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  return [
    name(object),
    jobState(object),
    jobCompletions(object),
    jobDuration(object, now),
    created(object, now),
    ...containerCells(at(spec, "template")),
    selectorCell(spec["selector"]),
  ];
}

function cronJob(object: Fields, now: number): readonly unknown[] {
  const spec = at(object, "spec");
  const status = at(object, "status");
  const last = text(status, "lastScheduleTime");
  const template = at(spec, "jobTemplate", "spec");
  return [
    name(object),
    text(spec, "schedule"),
    none(text(spec, "timeZone")),
    spec["suspend"] === true ? "True" : spec["suspend"] === false ? "False" : "<unset>",
    each(status, "active").length,
    last === "" ? "<none>" : ageOf(last, now),
    created(object, now),
    ...containerCells(at(template, "template")),
    selectorCell(template["selector"]),
  ];
}

function podTemplate(object: Fields): readonly unknown[] {
  const template = at(object, "template");
  return [name(object), ...containerCells(template), labelsCell(at(template, "metadata", "labels"))];
}

function controllerRevision(object: Fields, now: number): readonly unknown[] {
  const owner = each(at(object, "metadata"), "ownerReferences").find((one) => one["controller"] === true);
  const group = text(owner ?? {}, "apiVersion")
    .split("/")
    .slice(0, -1)
    .join("");
  const kind = text(owner ?? {}, "kind").toLowerCase();
  const controller =
    owner === undefined ? "<none>" : `${group === "" ? kind : `${kind}.${group}`}/${text(owner, "name")}`;
  return [name(object), controller, count(object, "revision"), created(object, now)];
}

/** Kinds that run Pods. */
export const workloadCells: Readonly<Record<string, Cells>> = {
  Deployment: deployment,
  ReplicaSet: replicaSet,
  ReplicationController: replicaSet,
  StatefulSet: statefulSet,
  DaemonSet: daemonSet,
  Job: job,
  CronJob: cronJob,
  PodTemplate: podTemplate,
  ControllerRevision: controllerRevision,
};
