import {
  configKey,
  dnsLabel,
  dnsSubdomain,
  environmentName,
  qualifiedName,
} from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";
import { checkNoBacksteps } from "../volume/paths.ts";
import { nanos } from "./resources.ts";

/** Checks the variables of a container. */
export function checkEnvironment(variables: Place): void {
  for (const variable of variables.items()) {
    variable.at("name").needs(environmentName);
    const from = variable.at("valueFrom");
    if (from.isSet) checkValueFrom(from, variable.at("value").text);
  }
}

const fieldsOfVariables = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];

const sources: Readonly<Record<string, (source: Place) => void>> = {
  fieldRef: (source) => checkFieldReference(source, fieldsOfVariables),
  resourceFieldRef: (source) => checkResourceReference(source, false),
  configMapKeyRef: checkKeyReference,
  secretKeyRef: checkKeyReference,
  fileKeyRef: checkFileReference,
};

function checkValueFrom(from: Place, value: string): void {
  const given = Object.keys(sources).filter((source) => from.at(source).isSet);
  for (const source of given) sources[source]?.(from.at(source));
  if (given.length === 0) {
    const known = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
    from.invalid(`must specify one of: ${known}`, "");
  } else if (value !== "") from.invalid("may not be specified when `value` is not empty", "");
  else if (given.length > 1) from.invalid("may not have more than one field specified at a time", "");
}

function checkKeyReference(source: Place): void {
  source.at("name").follows(dnsSubdomain);
  source.at("key").needs(configKey);
}

function checkFileReference(source: Place): void {
  source.at("key").needs(environmentName);
  source.at("volumeName").needs(dnsLabel);
  if (source.at("path").text === "") source.at("path").required();
  else checkNoBacksteps(source.at("path"));
}

const convertible = [
  ...fieldsOfVariables,
  "metadata.annotations",
  "metadata.labels",
  "spec.restartPolicy",
  "spec.schedulerName",
  "status.phase",
];

/** Checks a reference to a field of the Pod; `allowed` are those its place may name. */
export function checkFieldReference(reference: Place, allowed: readonly string[]): void {
  const version = reference.at("apiVersion");
  const path = reference.at("fieldPath");
  if (version.text === "") {
    version.required();
    return;
  }
  if (path.text === "") {
    path.required();
    return;
  }
  const [, before, subscript] = /^(.*)\['(.*)'\]$/s.exec(path.text) ?? [];
  const problem = conversionProblem(version.text, path.text, before);
  if (problem !== undefined) {
    path.invalid(`error converting fieldPath: ${problem}`);
    return;
  }
  if (before !== undefined) {
    const key = before === "metadata.annotations" ? (subscript ?? "").toLowerCase() : (subscript ?? "");
    for (const fault of qualifiedName(key)) reference.invalid(fault, key);
    return;
  }
  const current = path.text === "spec.host" ? "spec.nodeName" : path.text;
  if (!allowed.includes(current)) path.unsupported([...allowed].sort(), current);
}

function conversionProblem(
  version: string,
  path: string,
  subscripted: string | undefined,
): string | undefined {
  if (version !== "v1") return `unsupported pod version: ${version}`;
  if (subscripted !== undefined) {
    const isMap = subscripted === "metadata.annotations" || subscripted === "metadata.labels";
    return isMap ? undefined : `field label does not support subscript: ${path}`;
  }
  return path === "spec.host" || convertible.includes(path)
    ? undefined
    : `field label not supported: ${path}`;
}

const resourceFields = ["cpu", "ephemeral-storage", "memory"];
const resourcePaths = ["limits", "requests"].flatMap((list) =>
  resourceFields.map((name) => `${list}.${name}`),
);
const pagePrefixes = ["limits.hugepages-", "requests.hugepages-"];
const sizes = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

/** Checks a reference to what a container may use; in a volume it must say which container. */
export function checkResourceReference(reference: Place, isInVolume: boolean): void {
  const resource = reference.at("resource");
  const isPages = pagePrefixes.some((prefix) => resource.text.startsWith(prefix));
  if (isInVolume && reference.at("containerName").text === "") reference.at("containerName").required();
  else if (resource.text === "") resource.required();
  else if (!resourcePaths.includes(resource.text) && !isPages) resource.unsupported(resourcePaths);
  const divisor = reference.at("divisor");
  if (nanos(divisor.value) === 0n) return;
  const name = isPages ? "hugepages" : resource.text.replace(/^\w+\./, "");
  const rule = divisors[resourcePaths.includes(resource.text) || isPages ? name : ""];
  if (rule !== undefined && !rule.allowed.includes(divisor.text))
    divisor.invalid(rule.message, resource.text);
}

const sizeList = `only divisor's values ${sizes.join(", ")} are supported with the`;

const divisors: Readonly<Record<string, { readonly allowed: readonly string[]; readonly message: string }>> =
  {
    cpu: {
      allowed: ["1m", "1"],
      message: "only divisor's values 1m and 1 are supported with the cpu resource",
    },
    memory: { allowed: sizes, message: `${sizeList} memory resource` },
    "ephemeral-storage": { allowed: sizes, message: `${sizeList} local ephemeral storage resource` },
    hugepages: { allowed: sizes, message: `${sizeList} hugepages resource` },
  };

/** Checks where a container gets variables from, many at a time. */
export function checkEnvironmentFrom(list: Place): void {
  for (const source of list.items()) {
    if (source.at("prefix").text !== "") source.at("prefix").follows(environmentName);
    const given = ["configMapRef", "secretRef"].filter((key) => source.at(key).isSet);
    for (const key of given) source.at(key, "name").needs(generatedName);
    if (given.length === 0) list.invalid("must specify one of: `configMapRef` or `secretRef`", "");
    else if (given.length > 1) list.invalid("may not have more than one field specified at a time", "");
  }
}

/** A name of which the end may still be missing. */
const generatedName = (text: string) => dnsSubdomain(text.length > 1 ? text.replace(/-$/, "a") : text);
