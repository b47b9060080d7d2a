import type { KubeObject } from "@catalyst/ports/kubernetes";

type Fields = Readonly<Record<string, unknown>>;

/** What nodes of the scenarios have some of, and Pods ask for. */
const slot = "example.com/slot";

/** A node with so many slots that says it is ready. */
export function node(name: string, slots: number, labels: Fields = {}, spec: Fields = {}): KubeObject {
  const amounts = { cpu: "4", memory: "8Gi", pods: "20", [slot]: String(slots) };
  const condition = { type: "Ready", status: "True", reason: "KubeletReady", message: "ready" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
    spec,
    status: { capacity: amounts, allocatable: amounts, conditions: [condition] },
  };
}

/** A PriorityClass, which Pods name. */
export function priority(name: string, value: number, more: Fields = {}): KubeObject {
  return { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value, ...more };
}

export interface PodWishes {
  readonly slots?: number;
  readonly priority?: string;
  /** How long it may take to end, in seconds: with none a victim is gone at once, with some it stays, as nothing runs. */
  readonly grace?: number;
  /** The node it has to be on. */
  readonly on?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Fields;
}

/** A Pod of one container. */
export function pod(name: string, wishes: PodWishes = {}): KubeObject {
  const { slots = 0, priority, grace = 0, on, labels = {}, spec = {} } = wishes;
  const amounts = { [slot]: String(slots) };
  const resources = slots === 0 ? {} : { requests: amounts, limits: amounts };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels },
    spec: {
      containers: [{ name: "main", image: "registry.local/app:1", resources }],
      terminationGracePeriodSeconds: grace,
      ...(priority === undefined ? {} : { priorityClassName: priority }),
      ...(on === undefined ? {} : { nodeSelector: { "kubernetes.io/hostname": on } }),
      ...spec,
    },
  };
}
