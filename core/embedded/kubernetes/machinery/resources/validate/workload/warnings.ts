import { dnsLabel } from "../../../validate/names.ts";
import { Place } from "../../../validate/place.ts";
import { at, each, type Fields, text } from "../../fields.ts";
import { templateWarnings } from "../pod/warnings.ts";
import { claimSpecWarnings } from "../volume/warnings.ts";

/** What a writer is told of a name that Pods and their hosts are named after. */
export function nameWarnings(object: Fields): readonly string[] {
  const faults = dnsLabel(text(at(object, "metadata"), "name"));
  const use = "this is used in Pod names and hostnames, which can result in surprising behavior";
  const advice = "a DNS label is recommended";
  return faults.length === 0 ? [] : [`metadata.name: ${use}; ${advice}: [${faults.join(" ")}]`];
}

/** Tells whether a change is one of the spec, or of what else counts as one. */
export function isNewGeneration(object: Fields, stored: Fields | undefined): boolean {
  return (
    stored === undefined || at(object, "metadata")["generation"] !== at(stored, "metadata")["generation"]
  );
}

/** Warnings of a kind that has a template at `spec.template`. */
export function ofTemplate(object: Fields, stored: Fields | undefined): readonly string[] {
  if (!isNewGeneration(object, stored)) return [];
  return templateWarnings(at(object, "spec", "template"), "spec.template");
}

/** The same of a kind whose name its Pods have. */
export function ofNamedTemplate(object: Fields, stored: Fields | undefined): readonly string[] {
  return [...(stored === undefined ? nameWarnings(object) : []), ...ofTemplate(object, stored)];
}

/** What a writer of a StatefulSet is told. */
export function statefulSetWarnings(set: Fields, stored: Fields | undefined): readonly string[] {
  const spec = at(set, "spec");
  // Upstream's path of a claim's spec differs between a create and an update.
  const below = stored === undefined ? "" : ".Spec";
  const claims = each(spec, "volumeClaimTemplates").flatMap((claim, index) =>
    claimSpecWarnings(new Place(`spec.volumeClaimTemplates[${index}]${below}`, claim["spec"], [])),
  );
  const limit = spec["revisionHistoryLimit"];
  const why = "a negative value retains all historical revisions; a value >= 0 is recommended";
  const negative = typeof limit === "number" && limit < 0 ? [`spec.revisionHistoryLimit: ${why}`] : [];
  return [...ofTemplate(set, stored), ...claims, ...negative];
}
