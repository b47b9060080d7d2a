import { jsonEqual } from "@catalyst/base/json";
import { validateDefinition, validateDefinitionUpdate } from "../../custom/definition/validate.ts";
import type { FieldFault } from "../../status.ts";
import { forbidden, immutable, invalidValue, required, unsupported } from "../../validate/faults.ts";
import { dnsSubdomain, pathSegment } from "../../validate/names.ts";
import { validateSelector } from "../../validate/selector.ts";
import { at, each, type Fields, number, text, texts } from "../fields.ts";
import { atLeast } from "./checks.ts";
import type { Validations } from "./types.ts";

function validateIngress(ingress: Fields): readonly FieldFault[] {
  const spec = at(ingress, "spec");
  const rules = each(spec, "rules");
  if (rules.length === 0 && spec["defaultBackend"] === undefined) {
    return [invalidValue("spec", null, "either `defaultBackend` or `rules` must be specified")];
  }
  const faults: FieldFault[] = [];
  if (spec["defaultBackend"] !== undefined) {
    faults.push(...validateBackend(at(spec, "defaultBackend"), "spec.defaultBackend"));
  }
  rules.forEach((rule, index) => {
    const path = `spec.rules[${index}]`;
    const host = text(rule, "host");
    if (host !== "") {
      const plain = host.replace(/^\*\./, "");
      faults.push(...dnsSubdomain(plain).map((fault) => invalidValue(`${path}.host`, host, fault)));
    }
    each(at(rule, "http"), "paths").forEach((entry, place) => {
      faults.push(...validatePath(entry, `${path}.http.paths[${place}]`));
    });
  });
  return faults;
}

const pathTypes = ["Exact", "ImplementationSpecific", "Prefix"];

function validatePath(entry: Fields, path: string): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  const type = text(entry, "pathType");
  const value = text(entry, "path");
  if (type === "") faults.push(required(`${path}.pathType`, "pathType must be specified"));
  else if (!pathTypes.includes(type)) faults.push(unsupported(`${path}.pathType`, type, pathTypes));
  const mustBeAbsolute = type === "Exact" || type === "Prefix" || value !== "";
  if (mustBeAbsolute && !value.startsWith("/")) {
    faults.push(invalidValue(`${path}.path`, value, "must be an absolute path"));
  }
  return [...faults, ...validateBackend(at(entry, "backend"), `${path}.backend`)];
}

function validateBackend(backend: Fields, path: string): readonly FieldFault[] {
  const service = at(backend, "service");
  if (backend["service"] === undefined && backend["resource"] === undefined) {
    return [invalidValue(path, "", "resource or service backend is required")];
  }
  if (backend["service"] === undefined) return [];
  if (backend["resource"] !== undefined) {
    return [invalidValue(path, "", "cannot set both resource and service backends")];
  }
  const faults: FieldFault[] = [];
  if (text(service, "name") === "") faults.push(required(`${path}.service.name`));
  const port = at(service, "port");
  if (text(port, "name") === "" && (number(port, "number") ?? 0) === 0) {
    faults.push(required(`${path}.service.port`, "port name or number is required"));
  }
  return faults;
}

export const networkingValidations: Validations = {
  Ingress: { object: validateIngress },
  NetworkPolicy: {
    object: (policy) => validateSelector(at(policy, "spec", "podSelector"), "spec.podSelector"),
  },
};

function validateRole(role: Fields): readonly FieldFault[] {
  return each(role, "rules").flatMap((rule, index) => {
    const path = `rules[${index}]`;
    const faults: FieldFault[] = [];
    if (texts(rule, "verbs").length === 0) {
      faults.push(required(`${path}.verbs`, "verbs must contain at least one value"));
    }
    if (texts(rule, "nonResourceURLs").length > 0) return faults;
    if (texts(rule, "apiGroups").length === 0 && !Array.isArray(rule["apiGroups"])) {
      faults.push(required(`${path}.apiGroups`, "resource rules must supply at least one api group"));
    }
    if (texts(rule, "resources").length === 0) {
      faults.push(required(`${path}.resources`, "resource rules must supply at least one resource"));
    }
    return faults;
  });
}

function validateBinding(binding: Fields, kinds: readonly string[]): readonly FieldFault[] {
  const role = at(binding, "roleRef");
  const faults: FieldFault[] = [];
  if (role["apiGroup"] !== "rbac.authorization.k8s.io") {
    faults.push(unsupported("roleRef.apiGroup", role["apiGroup"], ["rbac.authorization.k8s.io"]));
  }
  if (!kinds.includes(text(role, "kind")))
    faults.push(unsupported("roleRef.kind", text(role, "kind"), kinds));
  const name = text(role, "name");
  if (name === "") faults.push(required("roleRef.name"));
  else faults.push(...pathSegment(name).map((fault) => invalidValue("roleRef.name", name, fault)));
  each(binding, "subjects").forEach((subject, index) => {
    faults.push(...validateSubject(subject, `subjects[${index}]`, binding["kind"] === "RoleBinding"));
  });
  return faults;
}

function validateSubject(subject: Fields, path: string, isNamespaced: boolean): readonly FieldFault[] {
  const faults: FieldFault[] = [];
  if (text(subject, "name") === "") faults.push(required(`${path}.name`));
  const kind = text(subject, "kind");
  if (!["ServiceAccount", "User", "Group"].includes(kind)) {
    faults.push(unsupported(`${path}.kind`, kind, ["ServiceAccount", "User", "Group"]));
  }
  if (kind === "ServiceAccount" && !isNamespaced && text(subject, "namespace") === "") {
    faults.push(required(`${path}.namespace`));
  }
  return faults;
}

function roleFixed(binding: Fields, stored: Fields): readonly FieldFault[] {
  const { apiGroup: APIGroup, kind: Kind, name: Name } = at(binding, "roleRef");
  if (jsonEqual(binding["roleRef"], stored["roleRef"])) return [];
  return [invalidValue("roleRef", { APIGroup, Kind, Name }, "cannot change roleRef")];
}

export const rbacValidations: Validations = {
  Role: { object: validateRole },
  ClusterRole: { object: validateRole },
  RoleBinding: { object: (binding) => validateBinding(binding, ["Role", "ClusterRole"]), update: roleFixed },
  ClusterRoleBinding: { object: (binding) => validateBinding(binding, ["ClusterRole"]), update: roleFixed },
};

function fixed(...fields: readonly string[]): (object: Fields, stored: Fields) => readonly FieldFault[] {
  return (object, stored) =>
    fields
      .filter((field) => !jsonEqual(object[field], stored[field]))
      .map((field) => invalidValue(field, object[field] ?? null, immutable));
}

export const storageValidations: Validations = {
  StorageClass: {
    object: (storage) => (text(storage, "provisioner") === "" ? [required("provisioner")] : []),
    update: fixed("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"),
  },
};

export const policyValidations: Validations = {
  PodDisruptionBudget: {
    object: (budget) => {
      const spec = at(budget, "spec");
      if (spec["minAvailable"] === undefined || spec["maxUnavailable"] === undefined) return [];
      const shown = {
        MinAvailable: spec["minAvailable"],
        Selector: spec["selector"] ?? null,
        MaxUnavailable: spec["maxUnavailable"],
        UnhealthyPodEvictionPolicy: spec["unhealthyPodEvictionPolicy"] ?? null,
      };
      return [invalidValue("spec", shown, "minAvailable and maxUnavailable cannot be both set")];
    },
  },
};

export const autoscalingValidations: Validations = {
  HorizontalPodAutoscaler: { object: validateAutoscaler },
};

function validateAutoscaler(autoscaler: Fields): readonly FieldFault[] {
  const spec = at(autoscaler, "spec");
  const minimum = number(spec, "minReplicas") ?? 1;
  const maximum = number(spec, "maxReplicas") ?? 0;
  const faults = [...atLeast(spec, "minReplicas", 1, "spec")];
  if (maximum < 1) faults.push(required("spec.maxReplicas", "must be set and greater than 0"));
  else if (maximum < minimum) {
    faults.push(invalidValue("spec.maxReplicas", maximum, "must be greater than or equal to `minReplicas`"));
  }
  const target = at(spec, "scaleTargetRef");
  for (const field of ["kind", "name"]) {
    if (text(target, field) === "") faults.push(required(`spec.scaleTargetRef.${field}`));
  }
  const scalable = texts({ kinds: [target["kind"]] }, "kinds");
  const isCore = text(target, "apiVersion") === "" && !scalable.includes("ReplicationController");
  if (isCore) {
    faults.push(invalidValue("spec.scaleTargetRef.apiVersion", "", "apiVersion must specify API group"));
  }
  const types = each(spec, "metrics").map((metric) => text(metric, "type"));
  if (minimum === 0 && !types.some((type) => type === "Object" || type === "External")) {
    faults.push(
      forbidden(
        "spec.metrics",
        "must specify at least one Object or External metric to support scaling to zero replicas",
      ),
    );
  }
  return faults;
}

export const coordinationValidations: Validations = {
  Lease: {
    object: (lease) =>
      ["leaseDurationSeconds", "leaseTransitions"].flatMap((field, index) => {
        const value = number(at(lease, "spec"), field);
        if (value === undefined || value > 0 || (index === 1 && value === 0)) return [];
        const why = index === 0 ? "must be greater than 0" : "must be greater than or equal to 0";
        return [invalidValue(`spec.${field}`, value, why)];
      }),
  },
};

export const discoveryValidations: Validations = {
  EndpointSlice: {
    object: (slice) => {
      const types = ["FQDN", "IPv4", "IPv6"];
      const type = text(slice, "addressType");
      if (type === "") return [required("addressType")];
      return types.includes(type) ? [] : [unsupported("addressType", type, types)];
    },
    update: fixed("addressType"),
  },
};

export const extensionValidations: Validations = {
  CustomResourceDefinition: { object: validateDefinition, update: validateDefinitionUpdate },
};
