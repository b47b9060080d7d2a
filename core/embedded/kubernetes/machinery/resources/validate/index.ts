import { definitionValidator } from "../../custom/definition/validator.ts";
import { customValidator } from "../../custom/validator.ts";
import type { ResourceKind } from "../../kind.ts";
import { validateMetadata, validateMetadataUpdate } from "../../validate/metadata.ts";
import type { Validation, Validations, Validator } from "./types.ts";

type Load = () => Promise<Validations>;

const pods: Load = async () => (await import("./pod/index.ts")).podValidations;
const workloads: Load = async () => (await import("./workload/index.ts")).workloadValidations;
const services: Load = async () => (await import("./service/index.ts")).serviceValidations;
const configuration: Load = async () => (await import("./configuration/index.ts")).configurationValidations;
const volumes: Load = async () => (await import("./volume/index.ts")).volumeValidations;
const cluster: Load = async () => (await import("./cluster/index.ts")).clusterValidations;
const quotas: Load = async () => (await import("./quota/index.ts")).quotaValidations;

/** The validations of a group, or of a kind: loaded with the first write of one, for most are never written. */
const loads: Readonly<Record<string, Load>> = {
  "/Pod": pods,
  "/PodTemplate": workloads,
  "/ReplicationController": workloads,
  "/Service": services,
  "/Endpoints": services,
  "/ConfigMap": configuration,
  "/Secret": configuration,
  "/PersistentVolumeClaim": volumes,
  "/PersistentVolume": volumes,
  "/Namespace": cluster,
  "/Node": cluster,
  "/Event": cluster,
  "/LimitRange": quotas,
  "/ResourceQuota": quotas,
  apps: async () => (await import("./apps.ts")).appsValidations,
  batch: async () => (await import("./batch.ts")).batchValidations,
  "networking.k8s.io": async () => (await import("./networking.ts")).networkingValidations,
  "rbac.authorization.k8s.io": async () => (await import("./rbac.ts")).rbacValidations,
  "storage.k8s.io": async () => (await import("./storage.ts")).storageValidations,
  policy: async () => (await import("./policy.ts")).policyValidations,
  autoscaling: async () => (await import("./autoscaling.ts")).autoscalingValidations,
  "coordination.k8s.io": async () => (await import("./coordination.ts")).coordinationValidations,
  "discovery.k8s.io": async () => (await import("./discovery.ts")).discoveryValidations,
  "scheduling.k8s.io": async () => (await import("./scheduling.ts")).schedulingValidations,
  "admissionregistration.k8s.io": async () => (await import("./admission/index.ts")).admissionValidations,
  "apiregistration.k8s.io": async () => (await import("./api-registration.ts")).apiRegistrationValidations,
  "certificates.k8s.io": async () => (await import("./certificates.ts")).certificatesValidations,
  "events.k8s.io": async () => (await import("./events.ts")).eventsValidations,
  "flowcontrol.apiserver.k8s.io": async () => (await import("./flow-control.ts")).flowControlValidations,
  "node.k8s.io": async () => (await import("./node.ts")).nodeValidations,
};

const validators = new WeakMap<ResourceKind, Promise<Validator>>();

/** Gives what validates a kind, and loads it first where none of its kind was written before. */
export function validatorOf(kind: ResourceKind): Promise<Validator> {
  let validator = validators.get(kind);
  if (validator === undefined) {
    validator = makeValidator(kind);
    validators.set(kind, validator);
  }
  return validator;
}

async function makeValidator(kind: ResourceKind): Promise<Validator> {
  if (kind.custom !== undefined) return customValidator(kind, kind.custom);
  if (kind.group === "apiextensions.k8s.io") return definitionValidator(kind);
  const load = loads[`${kind.group}/${kind.kind}`] ?? loads[kind.group];
  return builtinValidator(kind, (await load?.())?.[kind.kind] ?? {});
}

function builtinValidator(kind: ResourceKind, own: Validation): Validator {
  return {
    create: async (object) => [...validateMetadata(kind, object), ...(own.object?.(object, undefined) ?? [])],
    update: async (object, stored, subresource) => {
      const metadata = validateMetadataUpdate(kind, object, stored);
      if (subresource !== "" && subresource !== "scale")
        return [...metadata, ...(own.subresources?.[subresource]?.(object, stored) ?? [])];
      return [...metadata, ...(own.object?.(object, stored) ?? []), ...(own.update?.(object, stored) ?? [])];
    },
    warnings: (object, stored, subresource) => {
      if (subresource === "status") return own.statusWarnings?.(object) ?? [];
      return subresource === "" ? (own.warnings?.(object, stored) ?? []) : [];
    },
  };
}
