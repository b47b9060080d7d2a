import type { FieldFault } from "../../../status.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { at, type Fields, text } from "../../fields.ts";
import { cronFault } from "./cron.ts";
import { checkJobSpec } from "./spec.ts";
import { checkTimeZone, isKnownTimeZone } from "./time-zone.ts";

/** A Job's name is the CronJob's and eleven characters of its time. */
const longestName = 52;

/** Everything wrong with a CronJob. */
export function validateCronJob(job: Fields, stored: Fields | undefined): readonly FieldFault[] {
  return faultsAt("", job, (place) => {
    checkSpec(place.at("spec"), stored === undefined ? undefined : at(stored, "spec"));
    const name = place.at("metadata", "name");
    if (stored === undefined && name.text.length > longestName) {
      name.invalid(`must be no more than ${longestName} characters`);
    }
  });
}

function checkSpec(spec: Place, before: Fields | undefined): void {
  checkSchedule(spec, before !== undefined && text(before, "schedule").includes("TZ"));
  spec.at("startingDeadlineSeconds").isAtLeast(0);
  if (before === undefined || before["timeZone"] !== spec.at("timeZone").value) {
    checkTimeZone(spec.at("timeZone"));
  }
  spec.at("concurrencyPolicy").needsOneOf(["Allow", "Forbid", "Replace"]);
  const template = spec.at("jobTemplate", "spec");
  checkJobSpec(template);
  const selector = template.at("selector");
  if (selector.isSet) selector.invalid("`selector` will be auto-generated");
  const manual = template.at("manualSelector");
  if (manual.value === true) manual.unsupported(["nil", "false"]);
  spec.at("successfulJobsHistoryLimit").isAtLeast(0);
  spec.at("failedJobsHistoryLimit").isAtLeast(0);
}

/** A zone within the schedule is taken only where there was one before. */
function checkSchedule(spec: Place, hadZone: boolean): void {
  const schedule = spec.at("schedule");
  if (schedule.text === "") {
    schedule.required();
    return;
  }
  const fault = cronFault(schedule.text, isKnownTimeZone);
  if (fault !== undefined) schedule.invalid(fault);
  if (!schedule.text.includes("TZ")) return;
  if (!hadZone) schedule.invalid("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
  else if (spec.at("timeZone").isSet) {
    schedule.invalid("cannot use both timeZone field and TZ or CRON_TZ in schedule");
  }
}
