import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../../status.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { at, type Fields, number, text } from "../../fields.ts";
import { isFalse, isFinished, isTrue } from "./conditions.ts";
import { overlap } from "./indexes.ts";
import { readIndexes } from "./success-policy.ts";

/** Both states of a Job's status, and what it shall do. */
interface Change {
  readonly status: Place;
  readonly before: Fields;
  readonly spec: Fields;
}

/** Everything wrong with what a controller says of a Job. */
export function validateJobStatus(job: Fields, stored: Fields): readonly FieldFault[] {
  return faultsAt("status", job["status"] ?? {}, (status) => {
    const change = { status, before: at(stored, "status"), spec: at(job, "spec") };
    checkCounts(status);
    checkConditions(change);
    checkTimes(change);
    if (isFinished(status.fields)) checkFinished(change);
    checkIndexes(change);
    checkReady(change);
    checkKept(change);
  });
}

function checkCounts(status: Place): void {
  for (const key of ["active", "succeeded", "failed", "ready", "terminating"]) status.at(key).isAtLeast(0);
  const seen = new Set<string>();
  for (const key of ["succeeded", "failed"]) {
    for (const uid of status.at("uncountedTerminatedPods", key).items()) {
      if (uid.text === "") uid.invalid("must not be empty");
      else if (seen.has(uid.text)) uid.duplicate();
      seen.add(uid.text);
    }
  }
}

/** Tells whether the change is one of these conditions. */
function turns({ status, before }: Change, ...types: readonly string[]): boolean {
  return types.some((type) => isTrue(before, type) !== isTrue(status.fields, type));
}

function differs({ status, before }: Change, ...keys: readonly string[]): boolean {
  return keys.some((key) => !jsonEqual(status.fields[key], before[key]));
}

function checkConditions(change: Change): void {
  const { status, spec } = change;
  const conditions = status.at("conditions");
  const holds = (type: string) => isTrue(status.fields, type);
  const cannot = (together: boolean, why: string) => {
    if (together) conditions.invalidWithout(`cannot set ${why}`);
  };
  const isComplete = holds("Complete");
  const isFailed = holds("Failed");
  const isMet = holds("SuccessCriteriaMet");
  const isFailing = holds("FailureTarget");
  if (turns(change, "Complete", "Failed")) {
    cannot(isComplete && isFailed, "Complete=True and Failed=true conditions");
  }
  if (turns(change, "Complete", "FailureTarget")) {
    cannot(isComplete && isFailing, "Complete=True and FailureTarget=true conditions");
  }
  if (turns(change, "Failed") || differs(change, "failedIndexes")) {
    cannot(isFailed && !isFailing, "Failed=True condition without the FailureTarget=true condition");
  }
  if (turns(change, "Complete", "SuccessCriteriaMet")) {
    cannot(isComplete && !isMet, "Complete=True condition without the SuccessCriteriaMet=true condition");
  }
  cannot(isMet && isFailed, "SuccessCriteriaMet=True and Failed=true conditions");
  cannot(isMet && isFailing, "SuccessCriteriaMet=True and FailureTarget=true conditions");
  cannot(
    spec["successPolicy"] !== undefined && !isMet && isComplete,
    "Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True",
  );
}

function checkTimes(change: Change): void {
  const { status } = change;
  const end = status.at("completionTime");
  const start = status.at("startTime");
  const isComplete = isTrue(status.fields, "Complete");
  if (turns(change, "Complete") || differs(change, "completionTime")) {
    if (end.isSet && !isComplete) {
      end.invalid("cannot set completionTime when there is no Complete=True condition");
    }
    if (!end.isSet && isComplete) end.required("completionTime is required for Complete jobs");
  }
  if (!differs(change, "startTime", "completionTime") || !start.isSet || !end.isSet) return;
  if (Date.parse(end.text) < Date.parse(start.text)) {
    end.invalid("must be equal to or after `startTime`");
  }
}

function checkFinished(change: Change): void {
  const { status, before, spec } = change;
  const isNew = isFinished(before) !== isFinished(status.fields);
  const active = status.at("active");
  const terminating = status.at("terminating");
  const uncounted = status.at("uncountedTerminatedPods");
  if ((isNew || differs(change, "active")) && active.number > 0) {
    active.invalid("active>0 is invalid for finished job");
  }
  const isEmpty = spec["suspend"] === true && spec["completions"] === 0;
  if ((isNew || differs(change, "startTime")) && !isEmpty && !status.at("startTime").isSet) {
    status.at("startTime").required("startTime is required for finished job");
  }
  const left = uncounted.at("failed").size + uncounted.at("succeeded").size;
  if ((isNew || differs(change, "uncountedTerminatedPods")) && left > 0) {
    uncounted.invalid("must be empty for finished job");
  }
  if ((isNew || differs(change, "terminating")) && terminating.number > 0) {
    terminating.invalid("terminating>0 is invalid for finished job");
  }
}

function checkIndexes(change: Change): void {
  const { status, spec } = change;
  const done = status.at("completedIndexes");
  const failed = status.at("failedIndexes");
  const completions = number(spec, "completions");
  const isPerIndex = spec["backoffLimitPerIndex"] !== undefined;
  if (differs(change, "completedIndexes")) {
    if (completions !== undefined) readIndexes(done, completions, "completedIndexes");
    if (done.text !== "" && text(spec, "completionMode") !== "Indexed") {
      done.invalid("cannot set non-empty completedIndexes when non-indexed completion mode");
    }
  }
  if (differs(change, "failedIndexes") && failed.isSet) {
    if (completions !== undefined && isPerIndex) readIndexes(failed, completions, "failedIndexes");
    if (!isPerIndex) {
      failed.invalid("cannot set non-null failedIndexes when backoffLimitPerIndex is null", failed.text);
    }
  }
  if (!differs(change, "failedIndexes", "completedIndexes") || completions === undefined) return;
  const common = overlap(done.text, failed.text, completions);
  if (common !== undefined) {
    failed.invalid(`failedIndexes and completedIndexes overlap at index: ${common}`, failed.text);
  }
}

function checkReady(change: Change): void {
  const { status } = change;
  const ready = status.at("ready");
  if (!ready.isSet || !differs(change, "ready", "active")) return;
  if (ready.number <= status.at("active").number) return;
  ready.invalid("cannot set more ready pods than active");
}

/** What is over can't be undone. */
function checkKept(change: Change): void {
  const { status, before, spec } = change;
  const conditions = status.at("conditions");
  for (const type of ["Failed", "Complete", "FailureTarget"]) {
    if (isTrue(before, type) && !isTrue(status.fields, type)) {
      conditions.invalidWithout(`cannot disable the terminal ${type}=True condition`);
    }
  }
  const isElastic = text(spec, "completionMode") === "Indexed" && spec["completions"] === spec["parallelism"];
  for (const key of ["failed", "succeeded"]) {
    const isLess = status.at(key).number < (number(before, key) ?? 0);
    if (isLess && (key === "failed" || !isElastic)) {
      status.at(key).invalid(`cannot decrease the ${key} counter`, status.at(key).number);
    }
  }
  checkTimesKept(change);
  const met = "SuccessCriteriaMet";
  if (isTrue(before, met) && !isTrue(status.fields, met)) {
    conditions.invalidWithout("cannot disable the SuccessCriteriaMet=True condition");
  }
  if (isTrue(before, "Complete") && !isTrue(before, met) && isTrue(status.fields, met)) {
    conditions.invalidWithout(
      "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions",
    );
  }
}

function checkTimesKept({ status, before, spec }: Change): void {
  const end = status.at("completionTime");
  if (end.isSet && before["completionTime"] !== undefined && end.value !== before["completionTime"]) {
    end.invalid("field is immutable");
  }
  const start = status.at("startTime");
  const isResuming = isTrue(before, "Suspended") && isFalse(status.fields, "Suspended");
  const isMoved = before["startTime"] !== undefined && start.value !== before["startTime"];
  if (isMoved && !isResuming && spec["suspend"] !== true) {
    start.invalid("field is immutable for unsuspended job once set", start.value ?? null);
  }
}
