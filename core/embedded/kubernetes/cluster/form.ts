import type { KubeObject } from "@catalyst/ports/kubernetes";
import { toNewerAutoscaler, toOlderAutoscaler } from "../machinery/index.ts";

/** Fields of an Event: as `v1` names them, and as `events.k8s.io/v1` does. */
const eventFields: readonly (readonly [core: string, newer: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["reportingComponent", "reportingController"],
];

const toNewer = new Map(eventFields);
const toCore = new Map(eventFields.map(([core, newer]) => [newer, core]));

/**
 * An object in another version of its resource. Only the apiVersion differs (conversion None), except for
 * Events, which two groups serve under different field names, and autoscalers, which have an older version. Gives the
 * same object when nothing differs.
 */
export function inVersion(object: KubeObject, apiVersion: string): KubeObject {
  if (object.apiVersion === apiVersion) return object;
  if (object.kind === "HorizontalPodAutoscaler" && object.apiVersion.startsWith("autoscaling/"))
    return apiVersion === "autoscaling/v1"
      ? converted(object, toOlderAutoscaler)
      : converted(object, toNewerAutoscaler);
  if (object.kind !== "Event") return { ...object, apiVersion };
  if (apiVersion === "events.k8s.io/v1") return renamed(object, apiVersion, toNewer);
  return object.apiVersion === "events.k8s.io/v1"
    ? renamed(object, apiVersion, toCore)
    : { ...object, apiVersion };
}

function converted(
  object: KubeObject,
  convert: (fields: Record<string, unknown>) => Record<string, unknown>,
): KubeObject {
  return convert({ ...object }) as unknown as KubeObject;
}

function renamed(object: KubeObject, apiVersion: string, names: ReadonlyMap<string, string>): KubeObject {
  const fields = Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value]);
  const event = { ...(Object.fromEntries(fields) as KubeObject), apiVersion };
  return names === toNewer
    ? withoutEmpty(event)
    : { reportingComponent: "", reportingInstance: "", ...event };
}

/** The newer form leaves out who reports when nobody is named; the older one says so. */
function withoutEmpty(event: KubeObject): KubeObject {
  const fields = Object.entries(event).filter(
    ([key, value]) => value !== "" || (key !== "reportingController" && key !== "reportingInstance"),
  );
  return Object.fromEntries(fields) as unknown as KubeObject;
}
