import { parseQuantity } from "@catalyst/base/quantity";
import { dnsLabel, qualifiedName } from "../../../validate/names.ts";
import type { Place } from "../../../validate/place.ts";

/** The amount a quantity stands for, in billionths; 0 when there is none. */
export function nanos(value: unknown): bigint {
  return (typeof value === "string" ? parseQuantity(value)?.nanos : undefined) ?? 0n;
}

const counted = [
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
];
const computed = ["cpu", "memory", "ephemeral-storage"];
const standardForQuota = new Set([
  ...computed,
  ...computed.map((name) => `requests.${name}`),
  ...computed.map((name) => `limits.${name}`),
  "requests.storage",
  ...counted,
]);
const standard = new Set([...standardForQuota, "storage"]);
const hugePages = "hugepages-";

/** A resource whose pages are of the size in its name. */
export const isHugePages = (name: string) => name.startsWith(hugePages);

/** A resource of Kubernetes itself: without a domain, or with one of its own. */
const isNative = (name: string) => !name.includes("/") || name.includes("kubernetes.io/");

/** A resource of which more may be limited than is there. */
export const isOvercommitAllowed = (name: string) => isNative(name) && !isHugePages(name);

function isExtended(name: string): boolean {
  if (isNative(name) || name.startsWith("requests.")) return false;
  return qualifiedName(`requests.${name}`).length === 0;
}

const isQuotaHugePages = (name: string) => isHugePages(name) || name.startsWith(`requests.${hugePages}`);

/** Checks the name of any resource; tells whether it is one. */
export function checkResourceName(place: Place, name: string): boolean {
  const faults = qualifiedName(name);
  for (const fault of faults) place.invalid(fault, name);
  if (faults.length > 0) return false;
  if (name.includes("/") || standard.has(name) || isQuotaHugePages(name)) return true;
  place.invalid("must be a standard resource type or fully qualified", name);
  return false;
}

/** Checks the name of a resource that a container can ask for. */
export function checkContainerResource(place: Place, name: string): void {
  checkResourceName(place, name);
  if (name.split("/").length === 1) {
    if (!computed.includes(name) && !isHugePages(name)) {
      place.invalid("must be a standard resource for containers", name);
    }
  } else if (!isNative(name) && !isExtended(name)) {
    place.invalid("doesn't follow extended resource name standard", name);
  }
}

/** Checks the name of a resource that a ResourceQuota can limit. */
export function checkQuotaResource(place: Place, name: string): void {
  checkResourceName(place, name);
  if (name.split("/").length > 1 || standardForQuota.has(name) || isQuotaHugePages(name)) return;
  place.invalid("must be a standard resource for quota", name);
}

/** Tells whether a quota's resource is one of Kubernetes' own. */
export const isStandardForQuota = (name: string) => standardForQuota.has(name) || isQuotaHugePages(name);

/** Checks a resource that a Pod can ask for as a whole. */
function checkPodResource(place: Place, name: string): void {
  if (!checkResourceName(place, name)) return;
  if (isPodLevelResource(name)) return;
  place.unsupported(["cpu", hugePages, "memory"], name);
}

/** A resource that a Pod as a whole may have. */
export const isPodLevelResource = (name: string) => name === "cpu" || name === "memory" || isHugePages(name);

const unit = 1_000_000_000n;

/** Checks an amount: not negative, and whole where things are counted. */
export function checkAmount(place: Place, name: string): void {
  const amount = nanos(place.value);
  if (amount < 0n) place.invalid("must be greater than or equal to 0");
  if ((counted.includes(name) || isExtended(name)) && amount % unit !== 0n)
    place.invalid("must be an integer");
}

function checkPages(place: Place, name: string): void {
  const size = nanos(name.slice(hugePages.length));
  if (size > 0n && size % unit === 0n && nanos(place.value) % size === 0n) return;
  place.invalid(`${place.text} is not positive integer multiple of ${name}`);
}

/** Checks a container's requirements; `claims` are the names of the Pod's resource claims. */
export function checkContainerResources(resources: Place, claims: ReadonlySet<string>): void {
  checkRequirements(resources, checkContainerResource, claims);
}

/** Checks the requirements of a Pod as a whole. */
export function checkPodResources(resources: Place, claims: ReadonlySet<string>): void {
  checkRequirements(resources, checkPodResource, claims);
}

function checkRequirements(
  resources: Place,
  checkName: (place: Place, name: string) => void,
  claims: ReadonlySet<string>,
): void {
  const limits = resources.at("limits");
  const requests = resources.at("requests");
  for (const [name, limit] of limits.entries()) {
    checkName(limit, name);
    checkAmount(limit, name);
    if (isHugePages(name)) checkPages(limit, name);
  }
  for (const [name, request] of requests.entries()) {
    checkName(request, name);
    checkAmount(request, name);
    checkRequest(requests, limits, name);
    if (isHugePages(name)) checkPages(request, name);
  }
  const names = [...Object.keys(limits.fields), ...Object.keys(requests.fields)];
  const hasCompute = names.includes("cpu") || names.includes("memory");
  if (!hasCompute && names.some(isHugePages)) resources.forbidden("HugePages require cpu or memory");
  checkClaims(resources.at("claims"), claims);
}

function checkRequest(requests: Place, limits: Place, name: string): void {
  const limit = limits.entry(name).value;
  const request = requests.entry(name).value;
  if (limit === undefined) {
    if (!isOvercommitAllowed(name)) limits.required("Limit must be set for non overcommitable resources");
    return;
  }
  const difference = nanos(request) - nanos(limit);
  if (difference !== 0n && !isOvercommitAllowed(name)) {
    requests.invalid(`must be equal to ${name} limit of ${String(limit)}`, request);
  } else if (difference > 0n) {
    requests.invalid(`must be less than or equal to ${name} limit of ${String(limit)}`, request);
  }
}

function checkClaims(claims: Place, known: ReadonlySet<string>): void {
  const seen = new Set<string>();
  for (const claim of claims.items()) {
    const name = claim.at("name").text;
    if (name === "") {
      claim.required();
      continue;
    }
    if (seen.has(name)) claim.duplicate("", name);
    else checkClaim(claim, name, seen);
    if (known.has(name)) continue;
    const list = known.size === 0 ? " which is empty" : `: ${[...known].sort().join(", ")}`;
    claim.notFound(`must be one of the names in pod.spec.resourceClaims${list}`, name);
  }
}

function checkClaim(claim: Place, name: string, seen: Set<string>): void {
  const request = claim.at("request");
  const key = request.text === "" ? name : `${name}/${request.text}`;
  if (request.text !== "") request.follows(dnsLabel);
  if (seen.has(key)) claim.duplicate("", key);
  else if (request.text === "") {
    for (const other of seen)
      if (other.split("/")[0] === name && other.includes("/")) claim.duplicate("", name);
  }
  seen.add(key);
}
