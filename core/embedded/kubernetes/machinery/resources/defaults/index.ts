import type { ResourceKind } from "../../kind.ts";
import type { Fields } from "../fields.ts";
import { appsDefaults } from "./apps.ts";
import { batchDefaults } from "./batch.ts";
import { coreDefaults } from "./core.ts";
import {
  admissionDefaults,
  apiRegistrationDefaults,
  autoscalingDefaults,
  discoveryDefaults,
  extensionDefaults,
  flowControlDefaults,
  networkingDefaults,
  rbacDefaults,
  schedulingDefaults,
  storageDefaults,
} from "./other.ts";
import type { Defaults } from "./types.ts";

const groups: Readonly<Record<string, Defaults>> = {
  "": coreDefaults,
  apps: appsDefaults,
  batch: batchDefaults,
  "networking.k8s.io": networkingDefaults,
  "rbac.authorization.k8s.io": rbacDefaults,
  "storage.k8s.io": storageDefaults,
  autoscaling: autoscalingDefaults,
  "discovery.k8s.io": discoveryDefaults,
  "scheduling.k8s.io": schedulingDefaults,
  "admissionregistration.k8s.io": admissionDefaults,
  "apiextensions.k8s.io": extensionDefaults,
  "apiregistration.k8s.io": apiRegistrationDefaults,
  "flowcontrol.apiserver.k8s.io": flowControlDefaults,
};

/** Fills in the defaults of a builtin kind, changing the object. */
export function fillBuiltinDefaults(kind: ResourceKind, object: Fields): void {
  groups[kind.group]?.[kind.kind]?.(object);
}
