import { parseQuantity, printQuantity, type Quantity } from "@catalyst/base/quantity";
import {
  type Amounts,
  amountsOf,
  type Container,
  type LimitRange,
  ownAmounts,
  type PersistentVolumeClaim,
  type Pod,
  type ResourceAmounts,
} from "@catalyst/ports/kubernetes";
import { resourceKey } from "../cluster/kinds.ts";
import { forbidden } from "../request/errors.ts";
import type { Admitter } from "./admitter.ts";
import type { Actor, Attributes } from "./attributes.ts";

const annotation = "kubernetes.io/limit-ranger";

/** Gives containers the requests and limits a LimitRange sets for all, and refuses what is beyond its bounds. */
export const limitRanger: Admitter = {
  name: "LimitRanger",
  operations: ["CREATE", "UPDATE"],
  resources: ["/pods", "/persistentvolumeclaims", "/pods/resize"],
  admit: (attributes) =>
    isPod(attributes) && concerns(attributes)
      ? rangesOf(attributes).reduce(withDefaults, attributes.object as Pod)
      : attributes.object,
  validate: (attributes) => {
    if (!concerns(attributes)) return;
    for (const range of rangesOf(attributes)) {
      const faults = faultsOf(range, attributes);
      const [only] = faults;
      if (only === undefined) continue;
      const why = faults.length === 1 ? only : `[${[...new Set(faults)].join(", ")}]`;
      throw forbidden(attributes.kind, attributes.name, why);
    }
  },
};

function isPod({ kind }: Attributes): boolean {
  return resourceKey(kind) === "/pods";
}

/** A Pod's own update changes no amounts; nor is anything asked of what is going. */
function concerns(attributes: Attributes): boolean {
  const { operation, subresource, oldObject } = attributes;
  if (oldObject?.metadata.deletionTimestamp !== undefined) return false;
  return !isPod(attributes) || operation === "CREATE" || subresource === "resize";
}

function rangesOf({ cluster, namespace }: Actor & { readonly namespace: string }): readonly LimitRange[] {
  return cluster.list("/limitranges", true, namespace).map((entry) => entry.object as LimitRange);
}

type Limit = NonNullable<NonNullable<LimitRange["spec"]>["limits"]>[number] & {
  readonly maxLimitRequestRatio?: ResourceAmounts;
};

function limitsOf({ spec }: LimitRange, type: string): readonly Limit[] {
  return (spec?.limits ?? []).filter((limit) => limit.type === type);
}

function withDefaults(pod: Pod, range: LimitRange): Pod {
  const limits = limitsOf(range, "Container");
  const requests = Object.assign({}, ...limits.map((limit) => limit.defaultRequest)) as ResourceAmounts;
  const most = Object.assign({}, ...limits.map((limit) => limit.default)) as ResourceAmounts;
  const notes: string[] = [];
  const filled = (what: string) => (container: Container) => fill(container, requests, most, what, notes);
  const containers = pod.spec.containers.map(filled("container"));
  const initContainers = pod.spec.initContainers?.map(filled("init container"));
  if (notes.length === 0) return pod;
  const note = `LimitRanger plugin set: ${notes.join("; ")}`;
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, [annotation]: note } },
    spec: { ...pod.spec, containers, ...(initContainers === undefined ? {} : { initContainers }) },
  };
}

function fill(
  container: Container,
  requests: ResourceAmounts,
  limits: ResourceAmounts,
  what: string,
  notes: string[],
): Container {
  const own = container.resources ?? {};
  const added = (list: ResourceAmounts, before: ResourceAmounts | undefined, word: string) => {
    const names = Object.keys(list).filter((name) => before?.[name] === undefined);
    if (names.length > 0) notes.push(`${names.sort().join(", ")} ${word} for ${what} ${container.name}`);
    return names.length === 0 ? before : { ...list, ...before };
  };
  const request = added(requests, own.requests, "request");
  const limit = added(limits, own.limits, "limit");
  if (request === own.requests && limit === own.limits) return container;
  return {
    ...container,
    resources: {
      ...own,
      ...(limit === undefined ? {} : { limits: limit }),
      ...(request === undefined ? {} : { requests: request }),
    },
  };
}

function faultsOf(range: LimitRange, attributes: Attributes): readonly string[] {
  if (!isPod(attributes)) return claimFaults(range, attributes.object as PersistentVolumeClaim);
  const { spec } = attributes.object as Pod;
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  return [
    ...limitsOf(range, "Container").flatMap((limit) =>
      containers.flatMap(({ resources }) =>
        boundFaults(limit, amountsOf(resources?.requests), amountsOf(resources?.limits)),
      ),
    ),
    ...limitsOf(range, "Pod").flatMap((limit) =>
      boundFaults(limit, ownAmounts(spec, "requests"), ownAmounts(spec, "limits")),
    ),
  ];
}

/** One thing a LimitRange says of one resource of one kind of object. */
interface Bound {
  readonly type: string;
  readonly resource: string;
  readonly enforced: Quantity;
}

function boundsOf(type: string, amounts: ResourceAmounts | undefined): readonly Bound[] {
  return Object.entries(amounts ?? {}).map(([resource, amount]) => ({
    type,
    resource,
    enforced: parseQuantity(String(amount)) ?? { nanos: 0n, format: "decimal" },
  }));
}

function boundFaults(limit: Limit, requests: Amounts, limits: Amounts): readonly string[] {
  const { type, min, max, maxLimitRequestRatio } = limit;
  return [
    ...boundsOf(type, min).map((bound) => minFault(bound, requests, limits)),
    ...boundsOf(type, max).map((bound) => maxFault(bound, requests, limits)),
    ...boundsOf(type, maxLimitRequestRatio).map((bound) => ratioFault(bound, requests, limits)),
  ].filter((fault) => fault !== undefined);
}

function claimFaults(range: LimitRange, { spec }: PersistentVolumeClaim): readonly string[] {
  const requests = amountsOf(spec?.resources?.requests);
  return limitsOf(range, "PersistentVolumeClaim")
    .flatMap(({ type, min, max }) => [
      ...boundsOf(type, min).map((bound) => minFault(bound, requests, new Map())),
      ...boundsOf(type, max).map((bound) => maxRequestFault(bound, requests)),
    ])
    .filter((fault) => fault !== undefined);
}

function minFault(
  { type, resource, enforced }: Bound,
  requests: Amounts,
  limits: Amounts,
): string | undefined {
  const is = `minimum ${resource} usage per ${type} is ${printQuantity(enforced)}`;
  const [request, limit] = [requests.get(resource), limits.get(resource)];
  if (request === undefined) return `${is}.  No request is specified`;
  if (request.nanos < enforced.nanos) return `${is}, but request is ${printQuantity(request)}`;
  const isLow = limit !== undefined && limit.nanos < enforced.nanos;
  return isLow ? `${is}, but limit is ${printQuantity(limit)}` : undefined;
}

function maxFault(
  { type, resource, enforced }: Bound,
  requests: Amounts,
  limits: Amounts,
): string | undefined {
  const is = `maximum ${resource} usage per ${type} is ${printQuantity(enforced)}`;
  const [request, limit] = [requests.get(resource), limits.get(resource)];
  if (limit === undefined) return `${is}.  No limit is specified`;
  if (limit.nanos > enforced.nanos) return `${is}, but limit is ${printQuantity(limit)}`;
  const isHigh = request !== undefined && request.nanos > enforced.nanos;
  return isHigh ? `${is}, but request is ${printQuantity(request)}` : undefined;
}

function maxRequestFault({ type, resource, enforced }: Bound, requests: Amounts): string | undefined {
  const is = `maximum ${resource} usage per ${type} is ${printQuantity(enforced)}`;
  const request = requests.get(resource);
  if (request === undefined) return `${is}.  No request is specified`;
  return request.nanos > enforced.nanos ? `${is}, but request is ${printQuantity(request)}` : undefined;
}

function ratioFault(
  { type, resource, enforced }: Bound,
  requests: Amounts,
  limits: Amounts,
): string | undefined {
  const is = `${resource} max limit to request ratio per ${type} is ${printQuantity(enforced)}`;
  const [request, limit] = [requests.get(resource), limits.get(resource)];
  if (request === undefined || request.nanos === 0n)
    return `${is}, but no request is specified or request is 0`;
  if (limit === undefined || limit.nanos === 0n) return `${is}, but no limit is specified or limit is 0`;
  const ratio = Number(limit.nanos) / Number(request.nanos);
  return ratio > Number(enforced.nanos) / 1e9
    ? `${is}, but provided ratio is ${ratio.toFixed(6)}`
    : undefined;
}
