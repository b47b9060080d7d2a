import { validateDefinition, validateDefinitionUpdate } from "../../custom/definition/validate.ts";
import { scaleFaults } from "../../custom/scale.ts";
import { judgeCustom } from "../../custom/validate.ts";
import type { ResourceKind } from "../../kind.ts";
import type { FieldFault } from "../../status.ts";
import { validateMetadata, validateMetadataUpdate } from "../../validate/metadata.ts";
import type { Fields } from "../fields.ts";
import { admissionValidations } from "./admission/index.ts";
import { apiRegistrationValidations } from "./api-registration.ts";
import { appsValidations } from "./apps.ts";
import { autoscalingValidations } from "./autoscaling.ts";
import { batchValidations } from "./batch.ts";
import { certificatesValidations } from "./certificates.ts";
import { coordinationValidations } from "./coordination.ts";
import { coreValidations } from "./core.ts";
import { discoveryValidations } from "./discovery.ts";
import { eventsValidations } from "./events.ts";
import { flowControlValidations } from "./flow-control.ts";
import { networkingValidations } from "./networking.ts";
import { nodeValidations } from "./node.ts";
import { policyValidations } from "./policy.ts";
import { rbacValidations } from "./rbac.ts";
import { schedulingValidations } from "./scheduling.ts";
import { storageValidations } from "./storage.ts";
import type { Validation, Validations } from "./types.ts";

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
  "apiextensions.k8s.io": {
    CustomResourceDefinition: { object: validateDefinition, update: validateDefinitionUpdate },
  },
  "admissionregistration.k8s.io": admissionValidations,
  "apiregistration.k8s.io": apiRegistrationValidations,
  "certificates.k8s.io": certificatesValidations,
  "events.k8s.io": eventsValidations,
  "flowcontrol.apiserver.k8s.io": flowControlValidations,
  "node.k8s.io": nodeValidations,
};

function validationOf(kind: ResourceKind): Validation {
  return groups[kind.group]?.[kind.kind] ?? {};
}

/** Everything wrong with a new object; nothing when it may be stored. */
export function validateCreate(kind: ResourceKind, object: Fields): readonly FieldFault[] {
  return [...validateMetadata(kind, object), ...content(kind, object, undefined)];
}

function content(
  kind: ResourceKind,
  object: Fields,
  stored: Fields | undefined,
  warnings: string[] = [],
): readonly FieldFault[] {
  if (kind.custom === undefined) return validationOf(kind).object?.(object, stored) ?? [];
  const verdict = judgeCustom(kind.schema, object, stored);
  warnings.push(...verdict.warnings);
  const { scale } = kind.custom;
  return scale === undefined ? verdict.faults : [...verdict.faults, ...scaleFaults(scale, object)];
}

/**
 * Everything wrong with an update of `stored`. What a custom kind's rules let be because it was so before goes into
 * `warnings`.
 */
export function validateUpdate(
  kind: ResourceKind,
  object: Fields,
  stored: Fields,
  subresource: string,
  warnings: string[] = [],
): readonly FieldFault[] {
  const metadata = validateMetadataUpdate(kind, object, stored);
  if (kind.custom !== undefined) return [...metadata, ...content(kind, object, stored, warnings)];
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
  if (kind.custom !== undefined) return [];
  if (subresource === "status") return validationOf(kind).statusWarnings?.(object) ?? [];
  if (subresource !== "") return [];
  return validationOf(kind).warnings?.(object, stored) ?? [];
}
