import { jsonEqual } from "@catalyst/base/json";
import type { FieldFault } from "../../status.ts";
import { duplicate, forbidden, invalidValue, required, unsupported } from "../../validate/faults.ts";
import { dnsLabel, dnsSubdomain } from "../../validate/names.ts";
import { at, each, type Fields, number, text, texts } from "../fields.ts";
import { mandatoryFlowSchemas, mandatoryPriorityLevels } from "../flow-control.ts";
import { byRule } from "./checks.ts";
import { validatePriorityLevel } from "./priority-level.ts";
import type { Validations } from "./types.ts";

const lastPrecedence = 10_000;
const distinguishers = ["ByNamespace", "ByUser"];

function validateFlowSchema(schema: Fields): readonly FieldFault[] {
  const spec = at(schema, "spec");
  const name = text(at(schema, "metadata"), "name");
  const faults = [...validatePrecedence(number(spec, "matchingPrecedence") ?? 0, name)];
  const method = text(at(spec, "distinguisherMethod"), "type");
  if (spec["distinguisherMethod"] !== undefined && !distinguishers.includes(method))
    faults.push(unsupported("spec.distinguisherMethod.type", { Type: method }, distinguishers));
  const level = text(at(spec, "priorityLevelConfiguration"), "name");
  const field = "spec.priorityLevelConfiguration.name";
  if (level === "") faults.push(required(field, "must reference a priority level"));
  else faults.push(...byRule(dnsSubdomain, level, field));
  each(spec, "rules").forEach((rule, index) => {
    faults.push(...validateRule(rule, `spec.rules[${index}]`));
  });
  const fixed = mandatoryFlowSchemas.get(name);
  if (fixed !== undefined && !jsonEqual(spec, fixed))
    faults.push(invalidValue("spec", spec, `spec of '${name}' must equal the fixed value`));
  return [...faults, ...conditionTypes(schema)];
}

function validatePrecedence(precedence: number, name: string): readonly FieldFault[] {
  const refuse = (why: string) => [invalidValue("spec.matchingPrecedence", precedence, why)];
  if (precedence <= 0) return refuse("must be a positive value");
  if (precedence > lastPrecedence) return refuse(`must not be greater than ${lastPrecedence}`);
  if (precedence !== 1 || name === "exempt") return [];
  return refuse("only the schema named 'exempt' may have matchingPrecedence 1");
}

function validateRule(rule: Fields, path: string): readonly FieldFault[] {
  const subjects = each(rule, "subjects");
  const resources = each(rule, "resourceRules");
  const others = each(rule, "nonResourceRules");
  const faults: FieldFault[] = [];
  if (subjects.length === 0)
    faults.push(required(`${path}.subjects`, "subjects must contain at least one value"));
  subjects.forEach((subject, index) => {
    faults.push(...validateSubject(subject, `${path}.subjects[${index}]`));
  });
  if (resources.length === 0 && others.length === 0)
    faults.push(required(path, "at least one of resourceRules and nonResourceRules has to be non-empty"));
  resources.forEach((one, index) => {
    faults.push(...validateResourceRule(one, `${path}.resourceRules[${index}]`));
  });
  others.forEach((one, index) => {
    faults.push(...validateOtherRule(one, `${path}.nonResourceRules[${index}]`));
  });
  return faults;
}

/** The field of each kind of subject. */
const subjectFields = { Group: "group", ServiceAccount: "serviceAccount", User: "user" } as const;

function validateSubject(subject: Fields, path: string): readonly FieldFault[] {
  const kind = text(subject, "kind");
  const own = Object.hasOwn(subjectFields, kind)
    ? subjectFields[kind as keyof typeof subjectFields]
    : undefined;
  if (own === undefined) return [unsupported(`${path}.kind`, kind, ["Group", "ServiceAccount", "User"])];
  const faults: FieldFault[] = [];
  if (subject[own] === undefined)
    faults.push(required(`${path}.${own}`, `${own} is required when subject kind is '${kind}'`));
  else if (own === "serviceAccount") faults.push(...validateAccount(at(subject, own), `${path}.${own}`));
  else if (text(at(subject, own), "name") === "") faults.push(required(`${path}.${own}.name`));
  for (const [other, field] of Object.entries(subjectFields)) {
    if (field === own || subject[field] === undefined) continue;
    const why = `${field} is forbidden when subject kind is not '${other}'`;
    faults.push(forbidden(`${path}.${field}`, why));
  }
  return faults;
}

function validateAccount(account: Fields, path: string): readonly FieldFault[] {
  const name = text(account, "name");
  const namespace = text(account, "namespace");
  const faults: FieldFault[] = name === "" ? [required(`${path}.name`)] : [];
  if (name !== "" && name !== "*") faults.push(...byRule(dnsSubdomain, name, `${path}.name`));
  if (namespace === "")
    faults.push(required(`${path}.namespace`, "must specify namespace for service account"));
  else faults.push(...byRule(dnsLabel, namespace, `${path}.namespace`));
  return faults;
}

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];

function validateVerbs(rule: Fields, path: string): readonly FieldFault[] {
  const given = texts(rule, "verbs");
  const field = `${path}.verbs`;
  if (given.length === 0) return [required(field, "verbs must contain at least one value")];
  if (given.includes("*")) return alone(given, field, "verbs");
  return given.every((verb) => verbs.includes(verb)) ? [] : [unsupported(field, given, verbs)];
}

function alone(given: readonly string[], field: string, what: string): readonly FieldFault[] {
  if (!given.includes("*") || given.length === 1) return [];
  return [invalidValue(field, given, `if '*' is present, must not specify other ${what}`)];
}

function validateResourceRule(rule: Fields, path: string): readonly FieldFault[] {
  const faults = [...validateVerbs(rule, path)];
  for (const [key, one, many] of [
    ["apiGroups", "api group", "api groups"],
    ["resources", "resource", "resources"],
  ] as const) {
    const given = texts(rule, key);
    if (given.length === 0)
      faults.push(required(`${path}.${key}`, `resource rules must supply at least one ${one}`));
    else faults.push(...alone(given, `${path}.${key}`, many));
  }
  return [...faults, ...validateNamespaces(rule, `${path}.namespaces`)];
}

function validateNamespaces(rule: Fields, field: string): readonly FieldFault[] {
  const given = texts(rule, "namespaces");
  if (given.length === 0) {
    const why = "resource rules that are not cluster scoped must supply at least one namespace";
    return rule["clusterScope"] === true ? [] : [required(field, why)];
  }
  if (given.includes("*")) return alone(given, field, "namespaces");
  return given.flatMap((namespace, index) =>
    dnsLabel(namespace).map((fault) => {
      const why = `each member of this list must be '*' or a DNS-1123 label; ${fault}`;
      return invalidValue(`${field}[${index}]`, namespace, why);
    }),
  );
}

function validateOtherRule(rule: Fields, path: string): readonly FieldFault[] {
  const faults = [...validateVerbs(rule, path)];
  const field = `${path}.nonResourceURLs`;
  const urls = texts(rule, "nonResourceURLs");
  if (urls.length === 0) faults.push(required(field, "nonResourceURLs must contain at least one value"));
  else if (urls.includes("*")) faults.push(...alone(urls, field, "non-resource URLs"));
  else
    urls.forEach((url, index) => {
      const problem = urlProblem(url);
      if (problem !== undefined) faults.push(invalidValue(`${field}[${index}]`, url, problem));
    });
  return faults;
}

function urlProblem(url: string): string | undefined {
  if (url === "") return "must not be empty";
  if (!url.startsWith("/")) return "must start with slash";
  if (url.includes(" ")) return "must not contain white-space";
  if (url.includes("//")) return "must not contain double slash";
  const stars = url.split("*").length - 1;
  return stars > 1 || (stars === 1 && !url.endsWith("/*"))
    ? "wildcard can only do suffix matching"
    : undefined;
}

function conditionTypes(object: Fields): readonly FieldFault[] {
  const seen = new Set<string>();
  return each(at(object, "status"), "conditions").flatMap((condition, index) => {
    const field = `status.conditions[${index}].type`;
    const type = text(condition, "type");
    const faults = seen.has(type) ? [duplicate(field, type)] : [];
    seen.add(type);
    return type === "" ? [...faults, required(field)] : faults;
  });
}

function fixedLevel(level: Fields): readonly FieldFault[] {
  const name = text(at(level, "metadata"), "name");
  const fixed = mandatoryPriorityLevels.get(name);
  if (fixed === undefined) return [];
  const spec = at(level, "spec");
  if (name !== "exempt")
    return jsonEqual(spec, fixed)
      ? []
      : [invalidValue("spec", spec, `spec of '${name}' must equal the fixed value`)];
  // What is exempt may lend and be lent.
  if (jsonEqual({ ...spec, exempt: fixed["exempt"] }, fixed)) return [];
  const why = `spec of '${name}' except the 'spec.exempt' field must equal the fixed value`;
  return [invalidValue("spec", spec, why)];
}

/** Source: Kubernetes' `pkg/apis/flowcontrol/validation`. */
export const flowControlValidations: Validations = {
  FlowSchema: { object: validateFlowSchema, subresources: { status: conditionTypes } },
  PriorityLevelConfiguration: {
    object: (level) => [...validatePriorityLevel(level), ...fixedLevel(level), ...conditionTypes(level)],
    subresources: { status: conditionTypes },
  },
};
