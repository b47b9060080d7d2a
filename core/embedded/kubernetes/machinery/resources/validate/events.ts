import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../status.ts";
import { immutable, invalidValue, required } from "../../validate/faults.ts";
import { dnsSubdomain, qualifiedName } from "../../validate/names.ts";
import { at, type Fields, number, text } from "../fields.ts";
import { byRule } from "./checks.ts";
import type { Validations } from "./types.ts";

const shortLimit = 128;
const messageLimit = 1024;
const home = ["default", "kube-system"];

/** What has been asked of Events ever since; one without an eventTime is written the old way. */
function validateEvent(event: Fields): readonly FieldFault[] {
  const namespace = text(at(event, "metadata"), "namespace");
  const concerns = text(at(event, "regarding"), "namespace");
  const elsewhere = invalidValue("involvedObject.namespace", concerns, "does not match event.namespace");
  if (!event["eventTime"]) {
    const fits = concerns === "" ? namespace === "default" : concerns === namespace;
    return fits ? [] : [elsewhere];
  }
  const faults: FieldFault[] = concerns === "" && !home.includes(namespace) ? [elsewhere] : [];
  const controller = text(event, "reportingController");
  if (controller === "") faults.push(required("reportingController"));
  faults.push(...byRule(qualifiedName, controller, "reportingController"));
  for (const key of ["reportingInstance", "action", "reason"]) {
    if (text(event, key) === "") faults.push(required(key));
    faults.push(...limited(text(event, key), shortLimit, key));
  }
  return [...faults, ...limited(text(event, "note"), messageLimit, "message")];
}

function limited(value: string, limit: number, field: string): readonly FieldFault[] {
  if (Buffer.byteLength(value) <= limit) return [];
  return [invalidValue(field, "", `can have at most ${limit} characters`)];
}

function validateSeries(event: Fields): readonly FieldFault[] {
  if (event["series"] === undefined) return [];
  const series = at(event, "series");
  const faults: FieldFault[] = [];
  if ((number(series, "count") ?? 0) < 2)
    faults.push(invalidValue("series.count", "", "should be at least 2"));
  if (!series["lastObservedTime"]) faults.push(required("series.lastObservedTime"));
  return faults;
}

/** What `events.k8s.io/v1` has for old writers only, by the name in `v1`. */
const outdated: readonly (readonly [core: string, newer: string])[] = [
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
];

function validateNewer(event: Fields): readonly FieldFault[] {
  const name = text(at(event, "metadata"), "name");
  const faults = [...byRule(dnsSubdomain, name, "metadata.name"), ...validateSeries(event)];
  if (!event["eventTime"]) faults.push(required("eventTime"));
  const type = text(event, "type");
  if (type !== "Normal" && type !== "Warning")
    faults.push(invalidValue("type", "", `has invalid value: ${type}`));
  for (const [field, key] of outdated) {
    if (event[key]) faults.push(invalidValue(field, "", "needs to be unset"));
  }
  const source = at(event, "deprecatedSource");
  if (text(source, "component") !== "" || text(source, "host") !== "")
    faults.push(invalidValue("source", "", "needs to be unset"));
  return faults;
}

/** By the name in `v1`, which faults have, and the one in `events.k8s.io/v1`. */
const fixed: readonly (readonly [core: string, newer: string])[] = [
  ["involvedObject", "regarding"],
  ["reason", "reason"],
  ["message", "note"],
  ["source", "deprecatedSource"],
  ...outdated,
  ["type", "type"],
  ["eventTime", "eventTime"],
  ["action", "action"],
  ["related", "related"],
  ["reportingController", "reportingController"],
  ["reportingInstance", "reportingInstance"],
];

function validateChange(event: Fields, stored: Fields): readonly FieldFault[] {
  const series = jsonEqual(event["series"], stored["series"]) ? [] : validateSeries(event);
  const changed = fixed
    .filter(([, key]) => !jsonEqual(event[key], stored[key]))
    .map(([field, key]) => invalidValue(field, event[key] ?? null, immutable));
  return [...series, ...changed];
}

/**
 * Events as `events.k8s.io/v1` has them, of which more is asked than of those of `v1`; faults name the fields of `v1`, but
 * for the reporter. Source: Kubernetes' `pkg/apis/core/validation/events.go`.
 */
export const eventsValidations: Validations = {
  Event: {
    object: (event, stored) => [
      ...validateEvent(event),
      ...(stored === undefined ? validateNewer(event) : []),
    ],
    update: validateChange,
  },
};
