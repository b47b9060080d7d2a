import { parseQuantity } from "@catalyst/base/quantity";
import type { FieldFault } from "../../status.ts";
import { forbidden, invalidValue, required, unsupported } from "../../validate/faults.ts";
import { dnsLabel, pathSegment, qualifiedName } from "../../validate/names.ts";
import { at, type Fields, number, text } from "../fields.ts";
import { byRule } from "./checks.ts";
import { type ReferenceRules, validateReference } from "./reference.ts";

const types = ["ContainerResource", "External", "Object", "Pods", "Resource"];

type Check = (source: Fields, path: string, rules: ReferenceRules) => readonly FieldFault[];

/** By the field that holds it; only the first one there is looked into. */
const sources: readonly (readonly [field: string, check: Check])[] = [
  ["object", validateObject],
  ["external", validateExternal],
  ["pods", validatePods],
  ["resource", validateResource],
  ["containerResource", validateContainerResource],
];

/** Everything wrong with a metric a HorizontalPodAutoscaler follows. */
export function validateMetric(metric: Fields, path: string, rules: ReferenceRules): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const type = text(metric, "type");
  if (type === "") faults.push(required(`${path}.type`, "must specify a metric source type"));
  const known = types.includes(type);
  // Upstream finds it twice.
  if (!known) faults.push(unsupported(`${path}.type`, type, types), unsupported(`${path}.type`, type, types));
  const present = sources.filter(([field]) => metric[field] !== undefined);
  for (const [field, check] of present.slice(0, 1))
    faults.push(...check(at(metric, field), `${path}.${field}`, rules));
  const wanted = known ? type.charAt(0).toLowerCase() + type.slice(1) : "";
  if (known && metric[wanted] === undefined)
    faults.push(required(`${path}.${wanted}`, "must populate information for the given metric source"));
  if (present.length === 1) return faults;
  for (const [field] of present) {
    if (field !== wanted)
      faults.push(forbidden(`${path}.${field}`, "must populate the given metric source only"));
  }
  return faults;
}

function validateObject(source: Fields, path: string, rules: ReferenceRules): readonly FieldFault[] {
  const faults = [
    ...validateReference(at(source, "describedObject"), `${path}.describedObject`, rules),
    ...validateIdentifier(at(source, "metric"), `${path}.metric`),
    ...validateTarget(source, path),
  ];
  const { value, averageValue } = at(source, "target");
  if (value === undefined && averageValue === undefined)
    faults.push(required(`${path}.target.averageValue`, "must set either a target value or averageValue"));
  return faults;
}

function validateExternal(source: Fields, path: string): readonly FieldFault[] {
  const faults = [
    ...validateIdentifier(at(source, "metric"), `${path}.metric`),
    ...validateTarget(source, path),
  ];
  const { value, averageValue } = at(source, "target");
  if (value === undefined && averageValue === undefined) {
    const why = "must set either a target value for metric or a per-pod target";
    faults.push(required(`${path}.target.averageValue`, why));
  }
  if (value !== undefined && averageValue !== undefined) {
    const why = "may not set both a target value for metric and a per-pod target";
    faults.push(forbidden(`${path}.target.value`, why));
  }
  return faults;
}

function validatePods(source: Fields, path: string): readonly FieldFault[] {
  const faults = [
    ...validateIdentifier(at(source, "metric"), `${path}.metric`),
    ...validateTarget(source, path),
  ];
  if (at(source, "target")["averageValue"] === undefined)
    faults.push(required(`${path}.target.averageValue`, "must specify a positive target averageValue"));
  return faults;
}

function validateResource(source: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  if (text(source, "name") === "") faults.push(required(`${path}.name`, "must specify a resource name"));
  return [...faults, ...validateTarget(source, path), ...eitherRawOrUtilization(source, path)];
}

function validateContainerResource(source: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const name = text(source, "name");
  if (name === "") faults.push(required(`${path}.name`, "must specify a resource name"));
  else
    faults.push(...byRule(qualifiedName, name, `${path}.name`), ...containerResource(name, `${path}.name`));
  const container = text(source, "container");
  if (container === "") faults.push(required(`${path}.container`, "must specify a container"));
  else faults.push(...byRule(dnsLabel, container, `${path}.container`));
  return [...faults, ...validateTarget(source, path), ...eitherRawOrUtilization(source, path)];
}

const containerResources = ["cpu", "ephemeral-storage", "memory"];

function containerResource(name: string, field: string): readonly FieldFault[] {
  const isKnown = name.includes("/") || containerResources.includes(name) || name.startsWith("hugepages-");
  if (isKnown) return [];
  const kinds = qualifiedName(name).length > 0 ? [] : ["type or fully qualified"];
  return [...kinds, "for containers"].map((what) =>
    invalidValue(field, name, `must be a standard resource ${what}`),
  );
}

function eitherRawOrUtilization(source: Fields, path: string): readonly FieldFault[] {
  const { averageUtilization, averageValue } = at(source, "target");
  if (averageUtilization === undefined && averageValue === undefined) {
    const why = "must set either a target raw value or a target utilization";
    return [required(`${path}.target.averageUtilization`, why)];
  }
  if (averageUtilization === undefined || averageValue === undefined) return [];
  const why = "may not set both a target raw value and a target utilization";
  return [forbidden(`${path}.target.averageValue`, why)];
}

const targetTypes = ["Utilization", "Value", "AverageValue"];

function validateTarget(source: Fields, path: string): readonly FieldFault[] {
  const target = at(source, "target");
  const field = `${path}.target`;
  const faults: FieldFault[] = [];
  const type = text(target, "type");
  if (type === "") faults.push(required(`${field}.type`, "must specify a metric target type"));
  if (!targetTypes.includes(type))
    faults.push(invalidValue(`${field}.type`, type, "must be either Utilization, Value, or AverageValue"));
  for (const key of ["value", "averageValue"]) {
    const quantity = target[key];
    if (typeof quantity !== "string" || (parseQuantity(quantity)?.nanos ?? 0n) > 0n) continue;
    faults.push(invalidValue(`${field}.${key}`, quantity, "must be positive"));
  }
  const utilization = number(target, "averageUtilization") ?? 1;
  if (utilization < 1)
    faults.push(invalidValue(`${field}.averageUtilization`, utilization, "must be greater than 0"));
  return faults;
}

function validateIdentifier(identifier: Fields, path: string): readonly FieldFault[] {
  const name = text(identifier, "name");
  return name === ""
    ? [required(`${path}.name`, "must specify a metric name")]
    : byRule(pathSegment, name, `${path}.name`);
}
