import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";
import { validateSelector } from "../../../validate/selector.ts";

const heaviest = 100;

/** Checks near what a Pod wants to be, and far from what. */
export function checkAffinity(affinity: Place): void {
  checkNodeAffinity(affinity.at("nodeAffinity"));
  for (const key of ["podAffinity", "podAntiAffinity"]) {
    const rules = affinity.at(key);
    for (const term of rules.at("requiredDuringSchedulingIgnoredDuringExecution").items()) {
      checkPodTerm(term);
    }
    for (const weighted of rules.at("preferredDuringSchedulingIgnoredDuringExecution").items()) {
      checkWeight(weighted.at("weight"));
      checkPodTerm(weighted.at("podAffinityTerm"));
    }
  }
}

function checkWeight(weight: Place): void {
  if (weight.number <= 0 || weight.number > heaviest)
    weight.invalid("must be in the range 1-100", weight.number);
}

function checkNodeAffinity(affinity: Place): void {
  const required = affinity.at("requiredDuringSchedulingIgnoredDuringExecution");
  if (required.isSet) checkNodeSelector(required);
  for (const preferred of affinity.at("preferredDuringSchedulingIgnoredDuringExecution").items()) {
    checkWeight(preferred.at("weight"));
    checkNodeTerm(preferred.at("preference"), false);
  }
}

/** Checks which nodes something may be on. */
export function checkNodeSelector(selector: Place): void {
  const terms = selector.at("nodeSelectorTerms");
  if (terms.size === 0) terms.required("must have at least one node selector term");
  for (const term of terms.items()) checkNodeTerm(term, true);
}

function checkNodeTerm(term: Place, checksValues: boolean): void {
  for (const requirement of term.at("matchExpressions").items()) {
    checkNodeRequirement(requirement);
    requirement.at("key").follows(qualifiedName);
    if (checksValues) for (const value of requirement.at("values").items()) value.follows(labelValue);
  }
  for (const requirement of term.at("matchFields").items()) checkFieldRequirement(requirement);
}

function checkNodeRequirement(requirement: Place): void {
  const values = requirement.at("values");
  const operator = requirement.at("operator");
  switch (operator.text) {
    case "In":
    case "NotIn":
      if (values.size === 0) values.required("must be specified when `operator` is 'In' or 'NotIn'");
      break;
    case "Exists":
    case "DoesNotExist":
      if (values.size > 0) {
        values.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
      }
      break;
    case "Gt":
    case "Lt":
      if (values.size !== 1)
        values.required("must be specified single value when `operator` is 'Lt' or 'Gt'");
      break;
    default:
      operator.invalid("not a valid selector operator", operator.text);
  }
}

function checkFieldRequirement(requirement: Place): void {
  const values = requirement.at("values");
  const operator = requirement.at("operator");
  const key = requirement.at("key");
  if (operator.text !== "In" && operator.text !== "NotIn") {
    operator.invalid("not a valid selector operator", operator.text);
  } else if (values.size !== 1) {
    values.required("must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
  }
  if (key.text !== "metadata.name") key.invalid("not a valid field selector key", key.text);
  else for (const value of values.items()) value.follows(dnsSubdomain);
}

function checkPodTerm(term: Place): void {
  for (const key of ["labelSelector", "namespaceSelector"]) {
    const selector = term.at(key);
    if (selector.isSet) selector.add(validateSelector(selector.fields, selector.path));
  }
  for (const name of term.at("namespaces").texts) term.called("namespace", name).follows(dnsLabel);
  checkLabelKeys(term);
  const topology = term.at("topologyKey");
  topology.isNeeded("can not be empty");
  topology.follows(qualifiedName);
}

/** Checks the keys of labels whose values are the Pod's own. */
function checkLabelKeys(term: Place): void {
  const selector = term.at("labelSelector");
  const match = term.at("matchLabelKeys");
  const mismatch = term.at("mismatchLabelKeys");
  for (const keys of [match, mismatch]) {
    if (keys.size > 0 && !selector.isSet)
      keys.forbidden("must not be specified when labelSelector is not set");
    else for (const key of keys.items()) key.follows(qualifiedName);
  }
  const selected = new Set(Object.keys(selector.at("matchLabels").fields));
  for (const expression of selector.at("matchExpressions").items()) {
    const key = expression.at("key").text;
    const index = match.texts.lastIndexOf(key);
    if (index >= 0 && selected.has(key)) {
      term.counted(index, key).invalid("exists in both matchLabelKeys and labelSelector");
    }
    selected.add(key);
  }
  for (const key of match.items()) {
    if (mismatch.texts.includes(key.text)) key.invalid("exists in both matchLabelKeys and mismatchLabelKeys");
  }
}

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** Checks which taints a Pod bears. */
export function checkTolerations(tolerations: Place): void {
  for (const toleration of tolerations.items()) {
    const key = toleration.at("key");
    const operator = toleration.at("operator");
    const effect = toleration.at("effect");
    if (key.text !== "") key.follows(qualifiedName);
    else if (operator.text !== "Exists") {
      const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      operator.invalid(why, operator.text);
    }
    if (toleration.at("tolerationSeconds").isSet && effect.text !== "NoExecute") {
      effect.invalid("effect must be 'NoExecute' when `tolerationSeconds` is set", effect.text);
    }
    checkTolerated(operator, toleration.at("value").text);
    if (effect.text !== "") effect.isOneOf(effects);
  }
}

function checkTolerated(operator: Place, value: string): void {
  switch (operator.text) {
    case "":
    case "Equal": {
      const faults = labelValue(value);
      if (faults.length > 0) operator.invalid(faults.join(";"), value);
      break;
    }
    case "Exists":
      if (value !== "") operator.invalid("value must be empty when `operator` is 'Exists'", value);
      break;
    case "Lt":
    case "Gt":
      operator.unsupported(["Equal", "Exists", "Lt", "Gt"]);
      break;
    default:
      operator.unsupported(["Equal", "Exists"]);
  }
}

/** Checks the taints of a node. */
export function checkTaints(taints: Place): void {
  const seen = new Set<string>();
  for (const taint of taints.items()) {
    taint.at("key").follows(qualifiedName);
    const faults = labelValue(taint.at("value").text);
    if (faults.length > 0) taint.at("value").invalid(faults.join(";"));
    taint.at("effect").needsOneOf(effects);
    const pair = `${taint.at("key").text}:${taint.at("effect").text}`;
    if (seen.has(pair)) taint.duplicate("taints must be unique by key and effect pair");
    seen.add(pair);
  }
}

/** Checks how Pods of a kind are spread. */
export function checkSpread(constraints: Place): void {
  const all = constraints.items();
  all.forEach((constraint, index) => {
    const skew = constraint.at("maxSkew");
    const action = constraint.at("whenUnsatisfiable");
    const topology = constraint.at("topologyKey");
    if (skew.number <= 0) skew.invalid("must be greater than zero", skew.number);
    topology.isNeeded("can not be empty");
    action.isOneOf(["DoNotSchedule", "ScheduleAnyway"]);
    const isSame = (other: Place) =>
      other.at("topologyKey").text === topology.text && other.at("whenUnsatisfiable").text === action.text;
    if (all.slice(index + 1).some(isSame)) {
      constraint.called("{topologyKey, whenUnsatisfiable}", `{${topology.text}, ${action.text}}`).duplicate();
    }
    checkMinDomains(constraint.at("minDomains"), action.text);
    for (const key of ["nodeAffinityPolicy", "nodeTaintsPolicy"]) {
      if (constraint.at(key).isSet) constraint.at(key).isOneOf(["Honor", "Ignore"]);
    }
    checkLabelKeys(constraint);
    const selector = constraint.at("labelSelector");
    if (selector.isSet) selector.add(validateSelector(selector.fields, selector.path));
  });
}

function checkMinDomains(domains: Place, action: string): void {
  if (!domains.isSet) return;
  if (domains.number <= 0) domains.invalid("must be greater than zero");
  if (action !== "DoNotSchedule") {
    domains.invalid(`can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`);
  }
}
