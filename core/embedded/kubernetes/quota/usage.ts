import {
  type Amounts,
  amountsOf,
  type Container,
  type KubeObject,
  type PersistentVolumeClaim,
  type Pod,
  podAmounts,
  type Service,
} from "@catalyst/ports/kubernetes";

const storageSuffix = ".storageclass.storage.k8s.io/";
const one = "1";

/** Resources a quota may count under a name of their own besides `count/…`. */
const plainNames: Readonly<Record<string, string>> = {
  "/configmaps": "configmaps",
  "/resourcequotas": "resourcequotas",
  "/replicationcontrollers": "replicationcontrollers",
  "/secrets": "secrets",
};

/** `count/deployments.apps`: what counts the objects of any resource (`group/plural`). */
export function countName(resource: string): string {
  const [group, plural = ""] = resource.split("/", 2);
  return group === "" ? `count/${plural}` : `count/${plural}.${group}`;
}

/** What an object takes of the resources a quota may limit. Source: upstream's quota evaluators. */
export function usageOf(resource: string, object: KubeObject, now: number): Amounts {
  const counted = { [countName(resource)]: one };
  switch (resource) {
    case "/pods":
      return podUsage(object as Pod, counted, now);
    case "/services":
      return amountsOf({ ...counted, ...serviceUsage(object as Service) });
    case "/persistentvolumeclaims":
      return amountsOf({ ...counted, ...claimUsage(object as PersistentVolumeClaim) });
    default: {
      const name = plainNames[resource];
      return amountsOf(name === undefined ? counted : { ...counted, [name]: one });
    }
  }
}

/** Whether a quota's resource name is about a resource. */
export function governs(resource: string, name: string): boolean {
  if (name === countName(resource) || name === plainNames[resource]) return true;
  switch (resource) {
    case "/pods":
      return podNames.has(name) || /^(requests\.)?hugepages-/.test(name) || isExtended(name);
    case "/services":
      return ["services", "services.nodeports", "services.loadbalancers"].includes(name);
    case "/persistentvolumeclaims":
      return ["persistentvolumeclaims", "requests.storage"].some(
        (each) => name === each || name.endsWith(storageSuffix + each),
      );
    default:
      return false;
  }
}

const compute = ["cpu", "memory", "ephemeral-storage"];
const podNames: ReadonlySet<string> = new Set([
  "pods",
  ...compute.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
]);

/** Names with a domain that isn't Kubernetes' own: devices. */
function isExtended(name: string): boolean {
  return name.startsWith("requests.") && isForeign(name);
}

function isForeign(name: string): boolean {
  return name.includes("/") && !name.includes("kubernetes.io/");
}

function podUsage(pod: Pod, counted: Readonly<Record<string, string>>, now: number): Amounts {
  if (!takesAnything(pod, now)) return amountsOf(counted);
  const usage = new Map(amountsOf({ ...counted, pods: one }));
  for (const [name, amount] of podAmounts(pod.spec, "requests")) {
    const isHuge = name.startsWith("hugepages-");
    if (compute.includes(name) || isHuge) usage.set(name, amount);
    if (compute.includes(name) || isHuge || isForeign(name)) usage.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of podAmounts(pod.spec, "limits"))
    if (compute.includes(name)) usage.set(`limits.${name}`, amount);
  return usage;
}

/** A Pod that ended takes nothing, nor one whose time to end is over. */
function takesAnything({ metadata, status }: Pod, now: number): boolean {
  if (status?.phase === "Failed" || status?.phase === "Succeeded") return false;
  const { deletionTimestamp, deletionGracePeriodSeconds: grace } = metadata as Pod["metadata"] & {
    readonly deletionGracePeriodSeconds?: number;
  };
  if (deletionTimestamp === undefined || grace === undefined) return true;
  return now <= Date.parse(deletionTimestamp) + grace * 1000;
}

function serviceUsage({ spec }: Service): Readonly<Record<string, string>> {
  const {
    type,
    ports = [],
    allocateLoadBalancerNodePorts,
  } = spec as Service["spec"] & {
    readonly allocateLoadBalancerNodePorts?: boolean;
  };
  const own = ports.filter(({ nodePort }) => Boolean(nodePort)).length;
  const isBalanced = type === "LoadBalancer";
  const all = type === "NodePort" || (isBalanced && allocateLoadBalancerNodePorts !== false);
  return {
    services: one,
    "services.nodeports": String(all ? ports.length : isBalanced ? own : 0),
    "services.loadbalancers": isBalanced ? one : "0",
  };
}

function claimUsage({ spec, status }: PersistentVolumeClaim): Readonly<Record<string, string | number>> {
  const asked = spec?.resources?.requests?.["storage"];
  const given = (status as { readonly allocatedResources?: Container["resources"] } | undefined)
    ?.allocatedResources as Readonly<Record<string, string>> | undefined;
  const storage = [asked, given?.["storage"]]
    .filter((each) => each !== undefined)
    .sort((a, b) => compareAmounts(b, a))[0];
  const names = {
    persistentvolumeclaims: one,
    ...(storage === undefined ? {} : { "requests.storage": storage }),
  };
  const className = spec?.storageClassName ?? "";
  if (className === "") return names;
  const byClass = Object.entries(names).map(([name, amount]) => [className + storageSuffix + name, amount]);
  return { ...names, ...Object.fromEntries(byClass) };
}

function compareAmounts(a: string, b: string): number {
  const [first, second] = [a, b].map((text) => amountsOf({ text }).get("text")?.nanos ?? 0n) as [
    bigint,
    bigint,
  ];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** What a Pod must say of itself where a quota limits it: the missing resources with the containers that don't say. */
export function unsaid(names: readonly string[], pod: Pod): string | undefined {
  if (pod.spec["resources"] !== undefined) return undefined;
  const required = ["cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory"].filter(
    (name) => names.includes(name),
  );
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const missing = required.flatMap((name) => {
    const [kind, resource = kind] = name.split(".", 2) as [string, string?];
    const list = kind === "limits" ? "limits" : "requests";
    const silent = containers.filter(({ resources }) => resources?.[list]?.[resource] === undefined);
    const who = [...new Set(silent.map((container) => container.name))].sort();
    return who.length === 0 ? [] : [`${name} for: ${who.join(",")}`];
  });
  return missing.length === 0 ? undefined : `must specify ${missing.join("; ")}`;
}
