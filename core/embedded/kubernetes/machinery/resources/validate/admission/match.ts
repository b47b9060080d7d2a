import type { FieldFault } from "../../../status.ts";
import { duplicate, invalidValue, required, unsupported } from "../../../validate/faults.ts";
import { pathSegment } from "../../../validate/names.ts";
import { validateSelector } from "../../../validate/selector.ts";
import { at, each, type Fields, texts } from "../../fields.ts";

const operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
const scopes = ["*", "Cluster", "Namespaced"];
export const matchPolicies = ["Equivalent", "Exact"];
export const failurePolicies = ["Fail", "Ignore"];
export const reinvocationPolicies = ["IfNeeded", "Never"];

/** Everything wrong with a RuleWithOperations, or a NamedRuleWithOperations. */
export function validateRule(rule: Fields, path: string): readonly FieldFault[] {
  return [
    ...namesFaults(texts(rule, "resourceNames"), `${path}.resourceNames`),
    ...operationFaults(texts(rule, "operations"), `${path}.operations`),
    ...listFaults(texts(rule, "apiGroups"), `${path}.apiGroups`, "API groups"),
    ...listFaults(texts(rule, "apiVersions"), `${path}.apiVersions`, "API versions"),
    ...emptyFaults(texts(rule, "apiVersions"), `${path}.apiVersions`),
    ...resourceFaults(texts(rule, "resources"), `${path}.resources`),
    ...choiceFaults(rule, "scope", path, scopes),
  ];
}

function namesFaults(names: readonly string[], path: string): readonly FieldFault[] {
  return names.flatMap((name, index) => [
    ...pathSegment(name).map((fault) => invalidValue(`${path}[${index}]`, name, fault)),
    ...(names.indexOf(name) === index ? [] : [duplicate(`${path}[${index}]`, name)]),
  ]);
}

function operationFaults(list: readonly string[], path: string): readonly FieldFault[] {
  return [
    ...listFaults(list, path, "operations"),
    ...list.flatMap((item, index) =>
      operations.includes(item) ? [] : [unsupported(`${path}[${index}]`, item, operations)],
    ),
  ];
}

/** A list that isn't empty, and holds nothing beside the wildcard. */
function listFaults(list: readonly string[], path: string, what: string): readonly FieldFault[] {
  if (list.length === 0) return [required(path)];
  if (list.length === 1 || !list.includes("*")) return [];
  return [invalidValue(path, list, `if '*' is present, must not specify other ${what}`)];
}

function emptyFaults(list: readonly string[], path: string): readonly FieldFault[] {
  return list.flatMap((item, index) => (item === "" ? [required(`${path}[${index}]`)] : []));
}

function resourceFaults(resources: readonly string[], path: string): readonly FieldFault[] {
  if (resources.length === 0) return [required(path)];
  const faults = [
    ...emptyFaults(resources, path),
    ...resources.flatMap((text, index) =>
      coveredFaults(resources.slice(0, index), text, `${path}[${index}]`),
    ),
  ];
  if (resources.length > 1 && resources.includes("*/*")) {
    faults.push(invalidValue(path, resources, "if '*/*' is present, must not specify other resources"));
  }
  // As upstream: of those without a subresource only the last one counts.
  const whole = resources.filter((text) => text !== "" && !text.includes("/"));
  if (whole.includes("*") && whole.at(-1) !== "*") {
    const why = "if '*' is present, must not specify other resources without subresources";
    faults.push(invalidValue(path, resources, why));
  }
  return faults;
}

/** What is wrong with `resource/sub` when those before it cover it. */
function coveredFaults(before: readonly string[], text: string, place: string): readonly FieldFault[] {
  const slash = text.indexOf("/");
  if (slash < 0) return [];
  return [`${text.slice(0, slash)}/*`, `*/${text.slice(slash + 1)}`]
    .filter((wide) => before.includes(wide))
    .map((wide) => invalidValue(place, text, `if '${wide}' is present, must not specify ${text}`));
}

/** The fault of a field that has one of some values, if it is set. */
export function choiceFaults(
  object: Fields,
  key: string,
  path: string,
  choices: readonly string[],
): readonly FieldFault[] {
  const value = object[key];
  if (value === undefined || choices.includes(String(value))) return [];
  return [unsupported(`${path}.${key}`, value, choices)];
}

/** Everything wrong with a policy's or a binding's MatchResources. */
export function validateMatchResources(match: Fields, path: string): readonly FieldFault[] {
  const rules = (key: string) =>
    each(match, key).flatMap((rule, index) => validateRule(rule, `${path}.${key}[${index}]`));
  const selector = (key: string) =>
    match[key] === undefined
      ? [required(`${path}.${key}`)]
      : validateSelector(at(match, key), `${path}.${key}`);
  return [
    ...(match["matchPolicy"] === undefined
      ? [required(`${path}.matchPolicy`)]
      : choiceFaults(match, "matchPolicy", path, matchPolicies)),
    ...selector("namespaceSelector"),
    ...selector("objectSelector"),
    ...rules("resourceRules"),
    ...rules("excludeResourceRules"),
  ];
}
