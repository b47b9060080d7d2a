import type { HorizontalPodAutoscaler, PodMetrics } from "./autoscaling.ts";
import type { PodDisruptionBudget } from "./disruption.ts";
import type { CronJob, Job } from "./jobs.ts";
import type { KubeObject } from "./object.ts";
import type { Pod } from "./pod.ts";
import type { LimitRange, ResourceAmounts, ResourceQuota } from "./quotas.ts";
import type { ResourceType } from "./resource.ts";
import type { EndpointSlice, Service } from "./services.ts";
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from "./volumes.ts";
import type {
  ControllerRevision,
  DaemonSet,
  Deployment,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from "./workloads.ts";

/** Light types of built-in kinds: the fields Catalyst reads. The server holds the whole schema. */
export interface Secret extends KubeObject {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

export interface Namespace extends KubeObject {
  readonly status?: {
    readonly phase?: "Active" | "Terminating";
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

/** Keeps Pods off a node that don't tolerate it. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
  readonly timeAdded?: string;
}

export interface Node extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: {
    readonly capacity?: ResourceAmounts;
    readonly allocatable?: ResourceAmounts;
    readonly conditions?: readonly NodeCondition[];
  };
}

export interface NodeCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastHeartbeatTime?: string | null;
  readonly lastTransitionTime?: string | null;
}

/** Where an Ingress sends requests: a port of a Service, or an object that serves them itself. */
export interface IngressBackend {
  readonly service?: {
    readonly name: string;
    readonly port?: { readonly name?: string; readonly number?: number };
  };
  readonly resource?: { readonly apiGroup?: string | null; readonly kind: string; readonly name: string };
}

export interface IngressPath {
  readonly path?: string;
  readonly pathType?: "Exact" | "Prefix" | "ImplementationSpecific";
  readonly backend: IngressBackend;
}

export interface Ingress extends KubeObject {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: IngressBackend;
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: { readonly paths: readonly IngressPath[] };
    }[];
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

export interface IngressClass extends KubeObject {
  readonly spec?: { readonly controller?: string };
}

export interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string | null;
    /** With microseconds. */
    readonly acquireTime?: string | null;
    readonly renewTime?: string | null;
    readonly leaseDurationSeconds?: number | null;
  };
}

/** An Event of core/v1. */
export interface CoreEvent extends KubeObject {
  readonly type?: "Normal" | "Warning";
  readonly reason?: string;
  readonly message?: string;
  readonly action?: string;
  readonly count?: number;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly eventTime?: string | null;
  readonly involvedObject: {
    readonly apiVersion?: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly uid?: string;
  };
  readonly source?: { readonly component?: string };
}

function core<T extends KubeObject>(kind: string, plural: string, namespaced = true): ResourceType<T> {
  return { group: "", version: "v1", kind, plural, namespaced };
}

function of<T extends KubeObject>(
  group: string,
  kind: string,
  plural: string,
  namespaced = true,
): ResourceType<T> {
  return { group, version: "v1", kind, plural, namespaced };
}

export const pods = core<Pod>("Pod", "pods");
export const secrets = core<Secret>("Secret", "secrets");
export const configMaps = core<ConfigMap>("ConfigMap", "configmaps");
export const services = core<Service>("Service", "services");
export const endpoints = core<KubeObject>("Endpoints", "endpoints");
export const serviceAccounts = core<KubeObject>("ServiceAccount", "serviceaccounts");
export const persistentVolumeClaims = core<PersistentVolumeClaim>(
  "PersistentVolumeClaim",
  "persistentvolumeclaims",
);
export const resourceQuotas = core<ResourceQuota>("ResourceQuota", "resourcequotas");
export const limitRanges = core<LimitRange>("LimitRange", "limitranges");
export const persistentVolumes = core<PersistentVolume>("PersistentVolume", "persistentvolumes", false);
export const events = core<CoreEvent>("Event", "events");
export const namespaces = core<Namespace>("Namespace", "namespaces", false);
export const clusterRoleBindings = of<KubeObject>(
  "rbac.authorization.k8s.io",
  "ClusterRoleBinding",
  "clusterrolebindings",
  false,
);
export const nodes = core<Node>("Node", "nodes", false);
export const deployments = of<Deployment>("apps", "Deployment", "deployments");
export const replicaSets = of<ReplicaSet>("apps", "ReplicaSet", "replicasets");
export const replicationControllers = core<ReplicationController>(
  "ReplicationController",
  "replicationcontrollers",
);
export const statefulSets = of<StatefulSet>("apps", "StatefulSet", "statefulsets");
export const daemonSets = of<DaemonSet>("apps", "DaemonSet", "daemonsets");
export const controllerRevisions = of<ControllerRevision>(
  "apps",
  "ControllerRevision",
  "controllerrevisions",
);
export const jobs = of<Job>("batch", "Job", "jobs");
export const podDisruptionBudgets = of<PodDisruptionBudget>(
  "policy",
  "PodDisruptionBudget",
  "poddisruptionbudgets",
);
export const horizontalPodAutoscalers: ResourceType<HorizontalPodAutoscaler> = {
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  namespaced: true,
};
export const podMetrics: ResourceType<PodMetrics> = {
  group: "metrics.k8s.io",
  version: "v1beta1",
  kind: "PodMetrics",
  plural: "pods",
  namespaced: true,
};
export const cronJobs = of<CronJob>("batch", "CronJob", "cronjobs");
export const ingresses = of<Ingress>("networking.k8s.io", "Ingress", "ingresses");
export const ingressClasses = of<IngressClass>("networking.k8s.io", "IngressClass", "ingressclasses", false);
export const endpointSlices = of<EndpointSlice>("discovery.k8s.io", "EndpointSlice", "endpointslices");
export const leases = of<Lease>("coordination.k8s.io", "Lease", "leases");
export const storageClasses = of<StorageClass>("storage.k8s.io", "StorageClass", "storageclasses", false);
export const customResourceDefinitions = of<KubeObject>(
  "apiextensions.k8s.io",
  "CustomResourceDefinition",
  "customresourcedefinitions",
  false,
);
