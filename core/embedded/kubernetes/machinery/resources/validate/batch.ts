import { faultsAt } from "../../validate/place.ts";
import { at, type Fields, number, text } from "../fields.ts";
import { validateCronJob } from "./job/cron-job.ts";
import { checkJob } from "./job/job.ts";
import { validateJobStatus } from "./job/status.ts";
import { validateJobUpdate } from "./job/update.ts";
import { templateWarnings } from "./pod/warnings.ts";
import type { Validations } from "./types.ts";
import { isNewGeneration, nameWarnings } from "./workload/warnings.ts";

const manyCompletions = 100_000;
const manyAtOnce = 10_000;

function specWarnings(spec: Fields, path: string): readonly string[] {
  const isLarge =
    spec["completionMode"] === "Indexed" &&
    (number(spec, "completions") ?? 0) > manyCompletions &&
    (number(spec, "parallelism") ?? 0) > manyAtOnce;
  const why =
    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail";
  const ofTemplate = templateWarnings(at(spec, "template"), `${path}.template`);
  return isLarge ? [`${path}: ${why}`, ...ofTemplate] : ofTemplate;
}

function jobWarnings(job: Fields, stored: Fields | undefined): readonly string[] {
  return [
    ...(stored === undefined ? nameWarnings(job) : []),
    ...(isNewGeneration(job, stored) ? specWarnings(at(job, "spec"), "spec") : []),
  ];
}

function cronJobWarnings(job: Fields, stored: Fields | undefined): readonly string[] {
  const jobs = at(job, "spec", "jobTemplate", "spec");
  const hasZone = stored !== undefined && text(at(job, "spec"), "schedule").includes("TZ");
  const more = "see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details";
  return [
    ...(stored === undefined ? nameWarnings(job) : []),
    ...(isNewGeneration(job, stored) ? specWarnings(jobs, "spec.jobTemplate.spec") : []),
    ...(hasZone ? [`cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, ${more}`] : []),
  ];
}

/** Source of the rules: Kubernetes' `pkg/apis/batch/validation`. */
export const batchValidations: Validations = {
  Job: {
    object: (job) => faultsAt("", job, checkJob),
    update: validateJobUpdate,
    subresources: { status: validateJobStatus },
    warnings: jobWarnings,
  },
  CronJob: { object: validateCronJob, warnings: cronJobWarnings },
};
