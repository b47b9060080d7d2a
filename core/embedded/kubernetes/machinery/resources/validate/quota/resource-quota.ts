import type { FieldFault } from "../../../status.ts";
import { faultsAt, type Place } from "../../../validate/place.ts";
import { at, type Fields, text, texts } from "../../fields.ts";
import { checkAmount, checkQuotaResource, isStandardForQuota, nanos } from "../pod/resources.ts";

const ofPods = ["pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];

/** The resources that each scope can be used for. */
const scopes: Readonly<Record<string, readonly string[]>> = {
  Terminating: ofPods,
  NotTerminating: ofPods,
  BestEffort: ["pods"],
  NotBestEffort: ofPods,
  PriorityClass: ofPods,
  CrossNamespacePodAffinity: ofPods,
  VolumeAttributesClass: ["persistentvolumeclaims", "requests.storage"],
};
const opposites = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
];

/** Everything wrong with a ResourceQuota. Source: Kubernetes' `pkg/apis/core/validation`. */
export function validateQuota(quota: Fields): readonly FieldFault[] {
  return faultsAt("spec", quota["spec"], (spec) => {
    checkAmounts(spec.at("hard"));
    checkScopes(spec);
    if (spec.at("scopeSelector").isSet) checkSelector(spec);
  });
}

function checkAmounts(list: Place): void {
  for (const [name, amount] of list.entries()) {
    checkQuotaResource(amount, name);
    checkAmount(amount, name);
  }
}

/** Tells for each limited resource of Kubernetes' own that a scope isn't for. */
function checkFits(spec: Place, scope: string, tell: () => void): void {
  const allowed = scopes[scope];
  for (const name of Object.keys(spec.at("hard").fields)) {
    if (isStandardForQuota(name) && allowed !== undefined && !allowed.includes(name)) tell();
  }
}

function checkScopes(spec: Place): void {
  const list = spec.at("scopes");
  for (const scope of list.texts) {
    if (scopes[scope] === undefined) list.invalid("unsupported scope");
    checkFits(spec, scope, () => list.invalid("unsupported scope applied to resource"));
  }
  for (const pair of opposites) {
    if (pair.every((scope) => list.texts.includes(scope))) list.invalid("conflicting scopes");
  }
}

const existing = [
  "BestEffort",
  "NotBestEffort",
  "Terminating",
  "NotTerminating",
  "CrossNamespacePodAffinity",
];

function checkSelector(spec: Place): void {
  const selector = spec.at("scopeSelector");
  const list = selector.at("matchExpressions");
  const named: string[] = [];
  for (const expression of list.items()) {
    const scope = expression.at("scopeName").text;
    named.push(scope);
    if (scopes[scope] === undefined) list.called("scopeName", scope).invalid("unsupported scope");
    checkFits(spec, scope, () => list.invalid("unsupported scope applied to resource", selector.value));
    checkOperator(list, expression, scope);
  }
  for (const pair of opposites) {
    if (pair.every((scope) => named.includes(scope))) {
      list.invalid("conflicting scopes", spec.at("scopes").value ?? null);
    }
  }
}

/** Upstream places these at the list. */
function checkOperator(list: Place, expression: Place, scope: string): void {
  const operator = list.called("operator", expression.at("operator").value);
  const values = list.called("values", expression.at("values").value);
  if (existing.includes(scope) && operator.text !== "Exists") {
    operator.invalid(
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
    );
  }
  switch (operator.text) {
    case "In":
    case "NotIn":
      if (values.size === 0) {
        values.required("must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
      }
      break;
    case "Exists":
    case "DoesNotExist":
      if (values.size > 0) {
        values.invalid("must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
      }
      break;
    default:
      operator.invalid("not a valid selector operator");
  }
}

/** A quota keeps its scopes. */
export function validateQuotaUpdate(quota: Fields, stored: Fields): readonly FieldFault[] {
  const before = new Set(texts(at(stored, "spec"), "scopes"));
  return faultsAt("spec", quota["spec"], (spec) => {
    const list = spec.at("scopes");
    const now = new Set(list.texts);
    const isSame = now.size === before.size && [...now].every((scope) => before.has(scope));
    list.isUnchanged(isSame);
  });
}

/** Everything wrong with what is counted against a quota. */
export function validateQuotaStatus(quota: Fields): readonly FieldFault[] {
  return faultsAt("status", quota["status"], (status) => {
    checkAmounts(status.at("hard"));
    checkAmounts(status.at("used"));
  });
}

const compared = ["cpu", "memory", "storage", "ephemeral-storage"];

/** What a writer of a new quota is told: more may be requested than used. */
export function quotaWarnings(quota: Fields, stored: Fields | undefined): readonly string[] {
  if (stored !== undefined) return [];
  const hard = at(quota, "spec", "hard");
  return compared.flatMap((name) => {
    const isShort = name === "cpu" || name === "memory";
    const request = hard[`requests.${name}`] === undefined && isShort ? name : `requests.${name}`;
    const limit = `limits.${name}`;
    if (hard[request] === undefined || hard[limit] === undefined) return [];
    if (nanos(hard[request]) <= nanos(hard[limit])) return [];
    return [
      `ResourceQuota ${request} (${text(hard, request)}) should be less than ${limit} (${text(hard, limit)})`,
    ];
  });
}
