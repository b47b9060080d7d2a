import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../../status.ts";
import { dnsLabel } from "../../../validate/names.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { at, each, type Fields, text } from "../../fields.ts";
import { checkPodTemplate } from "../pod/template.ts";
import { checkClaimSpec } from "../volume/claim.ts";
import { checkRunsOn, checkSelected, checkSelector } from "./selection.ts";

/** Everything wrong with a StatefulSet. Source: Kubernetes' `pkg/apis/apps/validation`. */
export function validateStatefulSet(set: Fields, stored: Fields | undefined): readonly FieldFault[] {
  return faultsAt("spec", set["spec"], (spec) => checkSpec(spec, stored === undefined));
}

function checkSpec(spec: Place, isNew: boolean): void {
  const management = spec.at("podManagementPolicy");
  if (management.text === "") management.required();
  else if (!["OrderedReady", "Parallel"].includes(management.text)) {
    management.invalid("must be 'OrderedReady' or 'Parallel'");
  }
  checkStrategy(spec.at("updateStrategy"));
  const retention = spec.at("persistentVolumeClaimRetentionPolicy");
  if (retention.isSet) {
    for (const key of ["whenDeleted", "whenScaled"]) retention.at(key).isOneOf(["Retain", "Delete"]);
  }
  spec.at("replicas").isAtLeast(0);
  spec.at("minReadySeconds").isAtLeast(0);
  const ordinals = spec.at("ordinals");
  if (ordinals.isSet) ordinals.at("start").isAtLeast(0);
  if (isNew) {
    for (const claim of spec.at("volumeClaimTemplates").items()) checkClaimSpec(claim.at("spec"));
    if (spec.at("serviceName").text !== "") spec.at("serviceName").follows(dnsLabel);
  }
  if (checkSelector(spec, { noun: "statefulset", unusable: "" })) {
    checkSelected(spec);
    checkPodTemplate(spec.called("template", templateWithClaims(spec)));
  }
  checkRunsOn(spec.at("template"), "StatefulSet");
}

function checkStrategy(strategy: Place): void {
  const rolling = strategy.at("rollingUpdate");
  switch (strategy.at("type").text) {
    case "":
      strategy.required();
      break;
    case "OnDelete":
      if (rolling.isSet) rolling.invalid("only allowed for updateStrategy 'RollingUpdate'");
      break;
    case "RollingUpdate":
      rolling.at("partition").isAtLeast(0);
      break;
    default:
      strategy.invalid("must be 'RollingUpdate' or 'OnDelete'");
  }
}

/** The template as its Pods will be: with the claims made for each; names of hosts are the set's own. */
function templateWithClaims(spec: Place): unknown {
  const template = spec.at("template").fields;
  const { hostname: _hostname, subdomain: _subdomain, ...rest } = at(template, "spec");
  const names = each(spec.value, "volumeClaimTemplates").map((claim) => text(at(claim, "metadata"), "name"));
  const made = [...new Set(names)].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = each(rest, "volumes").filter((volume) => !names.includes(text(volume, "name")));
  const volumes = [...made, ...others];
  return { ...template, spec: { ...rest, ...(volumes.length === 0 ? {} : { volumes }) } };
}

const changeable = new Set([
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
]);

/** What an update of a StatefulSet may not change. */
export function validateStatefulSetUpdate(set: Fields, stored: Fields): readonly FieldFault[] {
  const before = at(stored, "spec");
  return faultsAt("spec", set["spec"], (spec) => {
    const fields = new Set([...Object.keys(spec.fields), ...Object.keys(before)]);
    const changed = [...fields].some(
      (field) => !changeable.has(field) && !jsonEqual(spec.fields[field], before[field]),
    );
    if (!changed) return;
    const names = [...changeable].map((name) => `'${name}'`);
    const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
    spec.forbidden(`updates to statefulset spec for fields other than ${list} are forbidden`);
  });
}
