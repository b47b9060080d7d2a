import { at, each, ensure, type Fields, fill, text } from "../fields.ts";
import { defaultPodTemplate } from "./pod.ts";
import type { Defaults } from "./types.ts";

/** Source of the rules: Kubernetes' batch/v1 defaulting. */
export const batchDefaults: Defaults = { Job: defaultJob, CronJob: defaultCronJob };

function defaultJob(job: Fields): void {
  const spec = ensure(job, "spec");
  if (spec["parallelism"] === undefined) fill(spec, "completions", spec["completions"] ?? 1);
  fill(spec, "parallelism", 1);
  fill(spec, "backoffLimit", spec["backoffLimitPerIndex"] === undefined ? 6 : 2147483647);
  fill(spec, "completionMode", "NonIndexed");
  fill(spec, "suspend", false);
  fill(
    spec,
    "podReplacementPolicy",
    spec["podFailurePolicy"] === undefined ? "TerminatingOrFailed" : "Failed",
  );
  fill(spec, "manualSelector", false);
  const labels = at(spec, "template", "metadata", "labels");
  const metadata = ensure(job, "metadata");
  if (Object.keys(labels).length > 0 && Object.keys(at(metadata, "labels")).length === 0) {
    metadata["labels"] = { ...labels };
  }
  defaultJobSpec(spec);
}

/** What is also filled in within a CronJob's template. */
function defaultJobSpec(spec: Fields): void {
  defaultPodTemplate(spec);
  for (const rule of each(at(spec, "podFailurePolicy"), "rules")) {
    for (const pattern of each(rule, "onPodConditions")) {
      if (text(pattern, "status") === "") pattern["status"] = "True";
    }
  }
}

function defaultCronJob(job: Fields): void {
  const spec = ensure(job, "spec");
  fill(spec, "concurrencyPolicy", "Allow");
  fill(spec, "suspend", false);
  fill(spec, "successfulJobsHistoryLimit", 3);
  fill(spec, "failedJobsHistoryLimit", 1);
  defaultJobSpec(ensure(ensure(spec, "jobTemplate"), "spec"));
}
