import {
  type ClusterName,
  type Ingress,
  type IngressBackend,
  type IngressClass,
  type IngressPath,
  ingressClasses,
  type ObjectKey,
} from "@catalyst/ports/kubernetes";
import type { ObjectCache } from "@catalyst/reconciler";
import { className, controllerName } from "../names.ts";
import { anyHost, covers, type HostPattern } from "../routing/host.ts";
import { type Backend, noActions, type PathMatch, type Rule, sourceOf } from "../routing/rule.ts";

const classAnnotation = "kubernetes.io/ingress.class";

/** Whose an Ingress is. */
export type IngressOwner = "ours" | "another's" | "nobody's";

/**
 * Tells whether this ingress serves an Ingress: one without a class, or of a class that names its controller. A class
 * that doesn't exist is nobody's: another controller may bring it yet.
 */
export function ownerOf(cache: ObjectCache, cluster: ClusterName, ingress: Ingress): IngressOwner {
  const name = ingress.spec?.ingressClassName ?? ingress.metadata.annotations?.[classAnnotation];
  if (name === undefined || name === className) return "ours";
  const found = cache.get<IngressClass>(cluster, ingressClasses, { name });
  if (found === undefined) return "nobody's";
  return found.spec?.controller === controllerName ? "ours" : "another's";
}

/**
 * The rules an Ingress stands for. `Prefix` and `ImplementationSpecific` match whole segments, `Exact` the path as it
 * is. Its default backend answers what none of its rules does, at its own hosts and those of no rule.
 */
export function rulesOfIngress(ingress: Ingress): readonly Rule[] {
  const rules = ingress.spec?.rules ?? [];
  const made = rules.flatMap((rule) =>
    (rule.http?.paths ?? []).map((path) =>
      ruleOf(ingress, [hostOf(rule.host)], pathOf(path), path.backend, false),
    ),
  );
  const fallback = ingress.spec?.defaultBackend;
  if (fallback === undefined) return made;
  const hosts = [...new Set([...rules.map((rule) => hostOf(rule.host)), anyHost])];
  return [...made, ruleOf(ingress, hosts, { type: "Prefix", value: "/" }, fallback, true)];
}

function ruleOf(
  ingress: Ingress,
  hosts: readonly HostPattern[],
  path: PathMatch,
  backend: IngressBackend,
  isFallback: boolean,
): Rule {
  return {
    source: sourceOf(ingress),
    hosts,
    match: { path, headers: [], query: [] },
    isFallback,
    actions: noActions,
    certificates: hosts.flatMap((host) => certificatesOf(ingress, host)),
    backends: [
      { backend: backendOf(ingress.metadata.namespace ?? "default", backend), weight: 1, actions: noActions },
    ],
  };
}

/** The Secrets that `spec.tls` names for a host; an entry without hosts is for all. */
function certificatesOf({ spec, metadata }: Ingress, host: HostPattern): readonly ObjectKey[] {
  return (spec?.tls ?? []).flatMap(({ hosts = [], secretName }) => {
    const isMeant = hosts.length === 0 || hosts.some((each) => covers(each.toLowerCase(), host));
    return secretName === undefined || !isMeant ? [] : [{ namespace: metadata.namespace, name: secretName }];
  });
}

function hostOf(host: string | undefined): HostPattern {
  return (host ?? "").toLowerCase();
}

function pathOf({ path = "/", pathType }: IngressPath): PathMatch {
  return { type: pathType === "Exact" ? "Exact" : "Prefix", value: path === "" ? "/" : path };
}

function backendOf(namespace: string, { resource, service }: IngressBackend): Backend {
  if (resource !== undefined) {
    const isConfigMap = (resource.apiGroup ?? "") === "" && resource.kind === "ConfigMap";
    if (isConfigMap) return { type: "files", namespace, configMap: resource.name };
    const reason = `The Ingress names a ${resource.kind}, which can't serve requests here.`;
    return { type: "invalid", status: 503, reason };
  }
  if (service === undefined) return { type: "invalid", status: 503, reason: "The Ingress names no backend." };
  const port = service.port?.number ?? service.port?.name ?? "";
  return { type: "service", namespace, name: service.name, port };
}

/** What can't be followed of an Ingress' rules, one sentence each. */
export function problemsOf(rules: readonly Rule[]): readonly string[] {
  const reasons = rules.flatMap((rule) =>
    rule.backends.flatMap(({ backend }) => (backend.type === "invalid" ? [backend.reason] : [])),
  );
  return [...new Set(reasons)];
}
