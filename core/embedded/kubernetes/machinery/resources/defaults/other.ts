import { isObject } from "@catalyst/base/json";
import { sentEmptyOf } from "../../schema/sent-empty.ts";
import { toNewerAutoscaler } from "../convert/autoscaler.ts";
import { at, each, ensure, type Fields, fill, text } from "../fields.ts";
import type { Defaults } from "./types.ts";

/** Defaults of the smaller groups, each from the group's own defaulting upstream. */
export const networkingDefaults: Defaults = {
  NetworkPolicy: (policy) => {
    const spec = ensure(policy, "spec");
    for (const rule of [...each(spec, "ingress"), ...each(spec, "egress")]) {
      for (const port of each(rule, "ports")) fill(port, "protocol", "TCP");
    }
    if (Array.isArray(spec["policyTypes"]) && spec["policyTypes"].length > 0) return;
    spec["policyTypes"] = each(spec, "egress").length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
  },
  IngressClass: (ingressClass) => {
    const parameters = at(ingressClass, "spec", "parameters");
    if (parameters["kind"] !== undefined) fill(parameters, "scope", "Cluster");
  },
};

const rbacGroup = "rbac.authorization.k8s.io";

function defaultBinding(binding: Fields): void {
  const role = ensure(binding, "roleRef");
  if (text(role, "apiGroup") === "") role["apiGroup"] = rbacGroup;
  for (const subject of each(binding, "subjects")) {
    if (subject["kind"] === "User" || subject["kind"] === "Group") fill(subject, "apiGroup", rbacGroup);
  }
}

export const rbacDefaults: Defaults = { RoleBinding: defaultBinding, ClusterRoleBinding: defaultBinding };

export const storageDefaults: Defaults = {
  StorageClass: (storage) => {
    fill(storage, "reclaimPolicy", "Delete");
    fill(storage, "volumeBindingMode", "Immediate");
  },
  CSIDriver: (driver) => {
    const spec = ensure(driver, "spec");
    fill(spec, "attachRequired", true);
    fill(spec, "podInfoOnMount", false);
    fill(spec, "storageCapacity", false);
    fill(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
    fill(spec, "volumeLifecycleModes", ["Persistent"]);
    fill(spec, "requiresRepublish", false);
    fill(spec, "seLinuxMount", false);
  },
};

export const apiRegistrationDefaults: Defaults = {
  APIService: (apiService) => {
    const service = at(apiService, "spec")["service"];
    if (isObject(service)) fill(service, "port", 443);
  },
};

const queuingDefaults = { handSize: 8, queues: 64, queueLengthLimit: 50 };

export const flowControlDefaults: Defaults = {
  FlowSchema: (schema) => {
    const spec = ensure(schema, "spec");
    if (!spec["matchingPrecedence"]) spec["matchingPrecedence"] = 1000;
  },
  PriorityLevelConfiguration: (level) => {
    const { exempt, limited } = at(level, "spec");
    if (isObject(exempt)) {
      fill(exempt, "nominalConcurrencyShares", 0);
      fill(exempt, "lendablePercent", 0);
    }
    if (!isObject(limited)) return;
    fill(limited, "nominalConcurrencyShares", 30);
    fill(limited, "lendablePercent", 0);
    const queuing = at(limited, "limitResponse")["queuing"];
    if (!isObject(queuing)) return;
    for (const [key, value] of Object.entries(queuingDefaults)) if (!queuing[key]) queuing[key] = value;
  },
};

export const schedulingDefaults: Defaults = {
  PriorityClass: (priorityClass) => fill(priorityClass, "preemptionPolicy", "PreemptLowerPriority"),
};

/** The one metric an older autoscaler knows, unless it is kept among the others there. */
function defaultOldTarget(autoscaler: Fields): void {
  const spec = ensure(autoscaler, "spec");
  if (each(at(toNewerAutoscaler(autoscaler), "spec"), "metrics").length > 1) return;
  const [metric] = each(at(toNewerAutoscaler(autoscaler), "spec"), "metrics");
  const target = at(metric, "resource", "target")["averageUtilization"];
  if (target !== undefined) fill(spec, "targetCPUUtilizationPercentage", target);
}

export const autoscalingDefaults: Defaults = {
  HorizontalPodAutoscaler: (autoscaler) => {
    const spec = ensure(autoscaler, "spec");
    fill(spec, "minReplicas", 1);
    if (autoscaler["apiVersion"] === "autoscaling/v1") {
      defaultOldTarget(autoscaler);
      return;
    }
    if (each(spec, "metrics").length === 0) {
      const target = { type: "Utilization", averageUtilization: 80 };
      spec["metrics"] = [{ type: "Resource", resource: { name: "cpu", target } }];
    }
    if (spec["behavior"] === undefined) return;
    const behavior = ensure(spec, "behavior");
    const isSentEmpty = (way: string) => sentEmptyOf(autoscaler).includes(`spec.behavior.${way}.policies`);
    const percent = { type: "Percent", value: 100, periodSeconds: 15 };
    const pods = { type: "Pods", value: 4, periodSeconds: 15 };
    const up = ensure(behavior, "scaleUp");
    fill(up, "stabilizationWindowSeconds", 0);
    fill(up, "selectPolicy", "Max");
    fill(up, "policies", isSentEmpty("scaleUp") ? [] : [pods, percent]);
    const down = ensure(behavior, "scaleDown");
    fill(down, "selectPolicy", "Max");
    fill(down, "policies", isSentEmpty("scaleDown") ? [] : [percent]);
  },
};

export const discoveryDefaults: Defaults = {
  EndpointSlice: (slice) => {
    for (const port of each(slice, "ports")) {
      fill(port, "name", "");
      fill(port, "protocol", "TCP");
    }
  },
};

function defaultWebhooks(configuration: Fields, mutating: boolean): void {
  for (const hook of each(configuration, "webhooks")) {
    fill(hook, "failurePolicy", "Fail");
    fill(hook, "matchPolicy", "Equivalent");
    fill(hook, "namespaceSelector", {});
    fill(hook, "objectSelector", {});
    fill(hook, "timeoutSeconds", 10);
    if (mutating) fill(hook, "reinvocationPolicy", "Never");
    for (const rule of each(hook, "rules")) fill(rule, "scope", "*");
    const service = at(hook, "clientConfig", "service");
    if (service["name"] !== undefined) fill(service, "port", 443);
  }
}

function defaultMatch(match: Fields): void {
  fill(match, "matchPolicy", "Equivalent");
  fill(match, "namespaceSelector", {});
  fill(match, "objectSelector", {});
  for (const rule of [...each(match, "resourceRules"), ...each(match, "excludeResourceRules")]) {
    fill(rule, "scope", "*");
  }
}

function defaultPolicy(policy: Fields): void {
  const spec = ensure(policy, "spec");
  fill(spec, "failurePolicy", "Fail");
  if (spec["matchConstraints"] !== undefined) defaultMatch(ensure(spec, "matchConstraints"));
}

function defaultPolicyBinding(binding: Fields): void {
  const spec = at(binding, "spec");
  if (spec["matchResources"] !== undefined) defaultMatch(ensure(spec, "matchResources"));
}

export const admissionDefaults: Defaults = {
  ValidatingWebhookConfiguration: (configuration) => defaultWebhooks(configuration, false),
  MutatingWebhookConfiguration: (configuration) => defaultWebhooks(configuration, true),
  ValidatingAdmissionPolicy: defaultPolicy,
  MutatingAdmissionPolicy: defaultPolicy,
  ValidatingAdmissionPolicyBinding: defaultPolicyBinding,
  MutatingAdmissionPolicyBinding: defaultPolicyBinding,
};

export const extensionDefaults: Defaults = {
  CustomResourceDefinition: (definition) => {
    const spec = ensure(definition, "spec");
    const names = ensure(spec, "names");
    const kind = text(names, "kind");
    fill(names, "singular", kind.toLowerCase());
    if (kind !== "") fill(names, "listKind", `${kind}List`);
    fill(spec, "conversion", { strategy: "None" });
    const service = at(spec, "conversion", "webhook", "clientConfig", "service");
    if (service["name"] !== undefined) fill(service, "port", 443);
    const status = ensure(definition, "status");
    const stored = each(spec, "versions").find((version) => version["storage"] === true);
    const recorded = status["storedVersions"];
    if ((!Array.isArray(recorded) || recorded.length === 0) && stored !== undefined) {
      status["storedVersions"] = [stored["name"]];
    }
  },
};
