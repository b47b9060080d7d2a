import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../status.ts";
import { invalidValue, required, unsupported } from "../../validate/faults.ts";
import { dnsSubdomain, pathSegment } from "../../validate/names.ts";
import { validateSelector } from "../../validate/selector.ts";
import { at, each, type Fields, text, texts } from "../fields.ts";
import { byRule, requiredByRule } from "./checks.ts";
import type { Validations } from "./types.ts";

const group = "rbac.authorization.k8s.io";

function validateRules(role: Fields, isNamespaced: boolean): readonly FieldFault[] {
  return each(role, "rules").flatMap((rule, index) => validateRule(rule, `rules[${index}]`, isNamespaced));
}

function validateRule(rule: Fields, path: string, isNamespaced: boolean): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const has = (key: string) => texts(rule, key).length > 0;
  if (!has("verbs")) faults.push(required(`${path}.verbs`, "verbs must contain at least one value"));
  const urls = texts(rule, "nonResourceURLs");
  if (urls.length > 0) {
    const refuse = (why: string) => faults.push(invalidValue(`${path}.nonResourceURLs`, urls, why));
    if (isNamespaced) refuse("namespaced rules cannot apply to non-resource URLs");
    if (has("apiGroups") || has("resources") || has("resourceNames"))
      refuse("rules cannot apply to both regular resources and non-resource URLs");
    return faults;
  }
  if (!has("apiGroups"))
    faults.push(required(`${path}.apiGroups`, "resource rules must supply at least one api group"));
  if (!has("resources"))
    faults.push(required(`${path}.resources`, "resource rules must supply at least one resource"));
  return faults;
}

function validateAggregation(role: Fields): readonly FieldFault[] {
  if (role["aggregationRule"] === undefined) return [];
  const path = "aggregationRule.clusterRoleSelectors";
  const selectors = each(at(role, "aggregationRule"), "clusterRoleSelectors");
  if (selectors.length === 0) {
    const why = "at least one clusterRoleSelector required if aggregationRule is non-nil";
    return [required(path, why)];
  }
  return selectors.flatMap((selector, index) => {
    const faults = validateSelector(selector, `${path}[${index}]`);
    if (faults.length === 0) return [];
    return [...faults, invalidValue(`${path}[${index}]`, null, "invalid label selector.")];
  });
}

function validateBinding(binding: Fields, kinds: readonly string[]): readonly FieldFault[] {
  const role = at(binding, "roleRef");
  const faults: FieldFault[] = [];
  const apiGroup = text(role, "apiGroup");
  if (apiGroup !== group) faults.push(unsupported("roleRef.apiGroup", apiGroup, [group]));
  const kind = text(role, "kind");
  if (!kinds.includes(kind)) faults.push(unsupported("roleRef.kind", kind, kinds));
  faults.push(...requiredByRule(pathSegment, text(role, "name"), "roleRef.name"));
  each(binding, "subjects").forEach((subject, index) => {
    faults.push(...validateSubject(subject, `subjects[${index}]`, binding["kind"] === "RoleBinding"));
  });
  return faults;
}

const subjectKinds = ["ServiceAccount", "User", "Group"];

function validateSubject(subject: Fields, path: string, isNamespaced: boolean): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const [name, kind, apiGroup] = ["name", "kind", "apiGroup"].map((key) => text(subject, key)) as [
    string,
    string,
    string,
  ];
  if (name === "") faults.push(required(`${path}.name`));
  if (kind === "ServiceAccount") {
    if (name !== "") faults.push(...byRule(dnsSubdomain, name, `${path}.name`));
    if (apiGroup !== "") faults.push(unsupported(`${path}.apiGroup`, apiGroup, [""]));
    if (!isNamespaced && text(subject, "namespace") === "") faults.push(required(`${path}.namespace`));
  } else if (!subjectKinds.includes(kind)) faults.push(unsupported(`${path}.kind`, kind, subjectKinds));
  else if (apiGroup !== group) faults.push(unsupported(`${path}.apiGroup`, apiGroup, [group]));
  return faults;
}

function roleFixed(binding: Fields, stored: Fields): readonly FieldFault[] {
  const { apiGroup: APIGroup, kind: Kind, name: Name } = at(binding, "roleRef");
  if (jsonEqual(binding["roleRef"], stored["roleRef"])) return [];
  return [invalidValue("roleRef", { APIGroup, Kind, Name }, "cannot change roleRef")];
}

/** Source: Kubernetes' `pkg/apis/rbac/validation`. */
export const rbacValidations: Validations = {
  Role: { object: (role) => validateRules(role, true) },
  ClusterRole: { object: (role) => [...validateRules(role, false), ...validateAggregation(role)] },
  RoleBinding: { object: (binding) => validateBinding(binding, ["Role", "ClusterRole"]), update: roleFixed },
  ClusterRoleBinding: { object: (binding) => validateBinding(binding, ["ClusterRole"]), update: roleFixed },
};
