import { dnsSubdomain, httpPath } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";
import { checkPodTemplate } from "../pod/template.ts";
import { checkFailurePolicy } from "./failure-policy.ts";
import { checkSuccessPolicy } from "./success-policy.ts";

const most = 100_000;
const mostOfMany = 10_000;
const longestManager = 63;

const counts = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
];

/** Checks the spec of a Job, or of a CronJob's Jobs. Source: Kubernetes' `pkg/apis/batch/validation`. */
export function checkJobSpec(spec: Place): void {
  for (const count of counts) spec.at(count).isAtLeast(0);
  if (spec.at("maxFailedIndexes").isSet && !spec.at("backoffLimitPerIndex").isSet) {
    spec.at("backoffLimitPerIndex").required("when maxFailedIndexes is specified");
  }
  if (spec.at("managedBy").isSet) checkManagedBy(spec.at("managedBy"));
  const mode = spec.at("completionMode");
  if (mode.isSet) mode.isOneOf(["NonIndexed", "Indexed"]);
  if (mode.text === "Indexed") checkIndexed(spec);
  if (!mode.isSet || mode.text === "NonIndexed") {
    for (const key of ["backoffLimitPerIndex", "maxFailedIndexes"]) {
      if (spec.at(key).isSet) spec.at(key).invalid("requires indexed completion mode");
    }
  }
  if (spec.at("podFailurePolicy").isSet) checkFailurePolicy(spec);
  const success = spec.at("successPolicy");
  if (success.isSet && mode.text !== "Indexed") success.invalid("requires indexed completion mode");
  else if (success.isSet) checkSuccessPolicy(success, spec.at("completions").number);
  checkReplacement(spec);
  checkPodTemplate(spec.at("template"));
  checkRestarts(spec);
}

function checkManagedBy(manager: Place): void {
  const [domain = "", ...rest] = manager.text.split("/");
  const path = rest.join("/");
  if (manager.text === "") manager.required();
  else if (domain === "" || path === "") {
    manager.invalid('must be a domain-prefixed path (such as "acme.io/foo")');
  } else {
    for (const fault of dnsSubdomain(domain)) manager.invalid(fault, domain);
    for (const fault of httpPath(path)) manager.invalid(fault, path);
  }
  if (manager.text.length > longestManager) manager.tooLong(longestManager);
}

function checkIndexed(spec: Place): void {
  const completions = spec.at("completions");
  const parallelism = spec.at("parallelism");
  const failed = spec.at("maxFailedIndexes");
  if (!completions.isSet) completions.required("when completion mode is Indexed");
  if (parallelism.number > most) {
    parallelism.invalid(`must be less than or equal to ${most} when completion mode is Indexed`);
  }
  if (completions.isSet && failed.number > completions.number) {
    failed.invalid("must be less than or equal to completions");
  }
  if (failed.number > most) failed.invalid(`must be less than or equal to ${most}`);
  if (completions.number <= most || !spec.at("backoffLimitPerIndex").isSet) return;
  if (!failed.isSet) failed.required(`must be specified when completions is above ${most}`);
  const why = `when completions are above ${most} and used with backoff limit per index`;
  for (const count of [parallelism, failed]) {
    if (count.number > mostOfMany) count.invalid(`must be less than or equal to ${mostOfMany} ${why}`);
  }
}

function checkReplacement(spec: Place): void {
  const replacement = spec.at("podReplacementPolicy");
  if (!replacement.isSet) return;
  replacement.isOneOf(spec.at("podFailurePolicy").isSet ? ["Failed"] : ["Failed", "TerminatingOrFailed"]);
}

function checkRestarts(spec: Place): void {
  const restart = spec.at("template", "spec", "restartPolicy");
  if (restart.text === "Always" || restart.text === "") {
    restart.required('valid values: "OnFailure", "Never"');
  } else if (restart.text !== "OnFailure" && restart.text !== "Never") {
    restart.unsupported(["OnFailure", "Never"]);
  } else if (spec.at("podFailurePolicy").isSet && restart.text !== "Never") {
    restart.invalid('only "Never" is supported when podFailurePolicy is specified');
  }
}
