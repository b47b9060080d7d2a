import { checkExpressions } from "../../custom/expressions.ts";
import { validateCustom } from "../../custom/validate.ts";
import type { ResourceKind } from "../../kind.ts";
import type { FieldFault } from "../../status.ts";
import { validateMetadata, validateMetadataUpdate } from "../../validate/metadata.ts";
import type { Fields } from "../fields.ts";
import { coreValidations } from "./core.ts";
import {
  autoscalingValidations,
  coordinationValidations,
  discoveryValidations,
  extensionValidations,
  networkingValidations,
  policyValidations,
  rbacValidations,
  storageValidations,
} from "./other.ts";
import { schedulingValidations } from "./scheduling.ts";
import type { Validation, Validations } from "./types.ts";
import { appsValidations, batchValidations } from "./workloads.ts";

const groups: Readonly<Record<string, Validations>> = {
  "": coreValidations,
  apps: appsValidations,
  batch: batchValidations,
  "networking.k8s.io": networkingValidations,
  "rbac.authorization.k8s.io": rbacValidations,
  "storage.k8s.io": storageValidations,
  policy: policyValidations,
  autoscaling: autoscalingValidations,
  "coordination.k8s.io": coordinationValidations,
  "discovery.k8s.io": discoveryValidations,
  "scheduling.k8s.io": schedulingValidations,
  "apiextensions.k8s.io": extensionValidations,
};

function validationOf(kind: ResourceKind): Validation {
  return groups[kind.group]?.[kind.kind] ?? {};
}

/** Everything wrong with a new object; nothing when it may be stored. */
export function validateCreate(kind: ResourceKind, object: Fields): readonly FieldFault[] {
  return [...validateMetadata(kind, object), ...content(kind, object, undefined)];
}

function content(kind: ResourceKind, object: Fields, stored: Fields | undefined): readonly FieldFault[] {
  if (kind.custom === undefined) return validationOf(kind).object?.(object, stored) ?? [];
  const faults = validateCustom(kind.schema, object);
  return faults.length > 0 ? faults : checkExpressions(kind.schema, object, stored);
}

/** Everything wrong with an update of `stored`. */
export function validateUpdate(
  kind: ResourceKind,
  object: Fields,
  stored: Fields,
  subresource: string,
): readonly FieldFault[] {
  const metadata = validateMetadataUpdate(kind, object, stored);
  if (kind.custom !== undefined) return [...metadata, ...content(kind, object, stored)];
  if (subresource !== "" && subresource !== "scale") {
    return [...metadata, ...(validationOf(kind).subresources?.[subresource]?.(object, stored) ?? [])];
  }
  return [
    ...metadata,
    ...content(kind, object, stored),
    ...(validationOf(kind).update?.(object, stored) ?? []),
  ];
}

/** What a writer is told of an object that may be stored; `stored` is what an update replaces. */
export function warningsOf(
  kind: ResourceKind,
  object: Fields,
  stored: Fields | undefined,
  subresource: string,
): readonly string[] {
  if (kind.custom !== undefined || subresource !== "") return [];
  return validationOf(kind).warnings?.(object, stored) ?? [];
}
