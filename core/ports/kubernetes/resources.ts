import type { KubeObject } from "./object.ts";
import type { ResourceType } from "./resource.ts";

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

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly image?: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: { readonly startedAt?: string };
    readonly terminated?: { readonly reason?: string; readonly message?: string; readonly exitCode?: number };
  };
  readonly lastState?: {
    readonly terminated?: { readonly reason?: string; readonly message?: string; readonly exitCode?: number };
  };
}

export interface PodStatus {
  readonly phase?: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";
  readonly reason?: string;
  readonly message?: string;
  readonly podIP?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly initContainerStatuses?: readonly ContainerStatus[];
}

export interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly name: string; readonly image?: string }[];
    readonly [field: string]: unknown;
  };
  readonly status?: PodStatus;
}

export interface Node extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

export interface Ingress extends KubeObject {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: unknown;
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: { readonly paths: readonly unknown[] };
    }[];
    readonly tls?: readonly unknown[];
  };
}

/** An Event of core/v1. */
export interface CoreEvent extends KubeObject {
  readonly type?: "Normal" | "Warning";
  readonly reason?: string;
  readonly message?: string;
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
export const services = core<KubeObject>("Service", "services");
export const endpoints = core<KubeObject>("Endpoints", "endpoints");
export const serviceAccounts = core<KubeObject>("ServiceAccount", "serviceaccounts");
export const persistentVolumeClaims = core<KubeObject>("PersistentVolumeClaim", "persistentvolumeclaims");
export const persistentVolumes = core<KubeObject>("PersistentVolume", "persistentvolumes", false);
export const events = core<CoreEvent>("Event", "events");
export const namespaces = core<Namespace>("Namespace", "namespaces", false);
export const nodes = core<Node>("Node", "nodes", false);
export const deployments = of<KubeObject>("apps", "Deployment", "deployments");
export const replicaSets = of<KubeObject>("apps", "ReplicaSet", "replicasets");
export const statefulSets = of<KubeObject>("apps", "StatefulSet", "statefulsets");
export const daemonSets = of<KubeObject>("apps", "DaemonSet", "daemonsets");
export const controllerRevisions = of<KubeObject>("apps", "ControllerRevision", "controllerrevisions");
export const jobs = of<KubeObject>("batch", "Job", "jobs");
export const cronJobs = of<KubeObject>("batch", "CronJob", "cronjobs");
export const ingresses = of<Ingress>("networking.k8s.io", "Ingress", "ingresses");
export const endpointSlices = of<KubeObject>("discovery.k8s.io", "EndpointSlice", "endpointslices");
export const leases = of<KubeObject>("coordination.k8s.io", "Lease", "leases");
export const storageClasses = of<KubeObject>("storage.k8s.io", "StorageClass", "storageclasses", false);
export const customResourceDefinitions = of<KubeObject>(
  "apiextensions.k8s.io",
  "CustomResourceDefinition",
  "customresourcedefinitions",
  false,
);
