import { X509Certificate } from "node:crypto";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import type { Ending } from "./scenario.ts";

/** Whose events are compared: what a node says of its Pods is another matter. */
const speakers = /controller|scheduler|autoscaler/;

/** Said of a write that came between a controller's reading and its writing: it reads and writes again. */
const byChance = /the object has been modified; please apply your changes to the latest version/;

const events = "v1/events";

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
/** Namespaces are named for their scenario's number. */
const namespace = /\bscenario-\d+\b/g;
const address = /\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g;

/** An ending, of a cluster with a node of that name, without what differs from run to run: times, uids, addresses, generated names and hashes. */
export function comparable(ending: Ending, node: string): Readonly<Record<string, readonly unknown[]>> {
  const names = generatedNames(ending, node);
  return Object.fromEntries(
    Object.entries(ending).map(([resource, objects]) => {
      const shown = objects.flatMap(resource === events ? event : plain);
      const texts = shown.map((each) => names(JSON.stringify(sorted(each))));
      // How often the same is said is a matter of time.
      const kept = resource === events ? [...new Set(texts)] : texts;
      return [resource, kept.sort().map((text) => JSON.parse(text) as unknown)];
    }),
  );
}

function event(object: KubeObject): readonly unknown[] {
  const { type, reason, message, involvedObject, source, reportingComponent } = object as Record<
    string,
    unknown
  >;
  const { kind, name } = involvedObject as { readonly kind: string; readonly name: string };
  const speaker =
    (source as { readonly component?: string } | undefined)?.component || String(reportingComponent ?? "");
  if (!speakers.test(speaker) || byChance.test(String(message))) return [];
  return [{ type, reason, message, about: `${kind} ${name}`, speaker }];
}

function plain(object: KubeObject): readonly unknown[] {
  const { metadata, ...rest } = object;
  const {
    managedFields: _fields,
    resourceVersion: _version,
    uid: _uid,
    ...kept
  } = metadata as KubeObject["metadata"] & {
    readonly creationTimestamp?: string;
    readonly namespace?: string;
  };
  const { creationTimestamp: _created, namespace: _namespace, ...named } = kept;
  const { kind: _kind, apiVersion: _api, ...content } = rest as Record<string, unknown>;
  // How often a slice was written is a matter of time.
  if (content["addressType"] !== undefined) {
    const { generation: _generation, ...shown } = named;
    const endpoints = content["endpoints"] as readonly unknown[] | null;
    return [{ metadata: shown, ...content, endpoints: endpoints && inOrder(endpoints) }];
  }
  if (typeof (content["spec"] as { signerName?: unknown } | undefined)?.signerName === "string")
    return [{ metadata: named, ...certificateContent(content) }];
  const isPod = (content["spec"] as { containers?: unknown } | undefined)?.containers !== undefined;
  return [{ metadata: named, ...(isPod ? podContent(content) : content) }];
}

const extendedUsages: Readonly<Record<string, string>> = {
  "1.3.6.1.5.5.7.3.1": "server auth",
  "1.3.6.1.5.5.7.3.2": "client auth",
};

/** Of a request for a certificate what was asked besides its text, and of the certificate what it is good for. */
function certificateContent({ spec, status }: Record<string, unknown>): Record<string, unknown> {
  const { request: _request, ...asked } = spec as Record<string, unknown>;
  const { certificate, ...judged } = (status ?? {}) as { readonly certificate?: string };
  if (certificate === undefined) return { spec: asked, status: judged };
  const found = new X509Certificate(Buffer.from(certificate, "base64"));
  const { subject, subjectAltName, ca, validFrom, validTo } = found;
  const purposes = found.keyUsage?.map((identifier) => extendedUsages[identifier] ?? identifier);
  const seconds = (Date.parse(validTo) - Date.parse(validFrom)) / 1000;
  return {
    spec: asked,
    status: { ...judged, certificate: { subject, subjectAltName, purposes, ca, seconds } },
  };
}

/** Endpoints have no order. */
function inOrder(endpoints: readonly unknown[]): readonly unknown[] {
  return endpoints
    .map((endpoint) => JSON.stringify(sorted(endpoint)))
    .sort()
    .map((text) => JSON.parse(text) as unknown);
}

/** Of a Pod what its controllers said, not what its node did. */
function podContent(content: Record<string, unknown>): Record<string, unknown> {
  const { nodeName: _node, ...spec } = content["spec"] as Record<string, unknown>;
  const { phase } = (content["status"] ?? {}) as { readonly phase?: string };
  return { ...content, spec, status: { phase } };
}

/** Gives what replaces generated parts: suffixes by `*`, hashes by their number in the order of revisions. */
function generatedNames(ending: Ending, node: string): (text: string) => string {
  const all = Object.values(ending).flat();
  const hashes = new Map<string, string>();
  const revisions = all
    .map((object) => ({ hash: hashOf(object), order: orderOf(object) }))
    .filter(({ hash }) => hash !== undefined)
    .sort((a, b) => a.order - b.order);
  for (const { hash = "" } of revisions) if (!hashes.has(hash)) hashes.set(hash, `<hash ${hashes.size + 1}>`);
  const prefixes = new Set(all.flatMap(({ metadata }) => metadata.generateName ?? []));
  for (const { metadata } of all) if (metadata.generateName === undefined) prefixes.add(`${metadata.name}-`);
  return (text) => {
    let result = text
      .replace(uid, "<uid>")
      .replace(time, "<time>")
      .replace(address, "<ip>")
      .replace(namespace, "<namespace>");
    result = result.replace(/kube-api-access-[a-z0-9]{5}/g, "kube-api-access-*");
    // Of Pods that are gone already only events tell: those of an index, and those of a set with a hash.
    result = result.replace(/(-\d+-)[a-z0-9]{5}(?![a-z0-9-])/g, "$1*");
    result = result.replaceAll("(combined from similar events): ", "");
    result = result
      .replaceAll(new RegExp(`"${node}"`, "g"), '"<node>"')
      .replaceAll(` to ${node}"`, ' to <node>"');
    for (const prefix of [...prefixes].sort((a, b) => b.length - a.length)) {
      const escaped = prefix.replace(/[.*+?^$(){}|[\]\\]/g, "\\$&");
      result = result.replace(new RegExp(`${escaped}[a-z0-9]{5}(?![a-z0-9-])`, "g"), `${prefix}*`);
    }
    for (const [hash, name] of hashes) result = result.replaceAll(hash, name);
    // A set that is gone is known from events alone; its hash is of letters that make no words.
    return result.replace(/-[bcdf-hj-np-tv-xz2456789]{8,10}(-[a-z0-9]{5})?(?![a-z0-9-])/g, "-<hash>");
  };
}

function hashOf({ metadata }: KubeObject): string | undefined {
  const labels = metadata.labels ?? {};
  return (
    labels["controller.kubernetes.io/hash"] ??
    labels["pod-template-hash"] ??
    labels["controller-revision-hash"]
  );
}

function orderOf(object: KubeObject): number {
  const noted = object.metadata.annotations?.["deployment.kubernetes.io/revision"];
  return Number(object["revision"] ?? noted ?? Number.MAX_SAFE_INTEGER);
}

/** With the keys in order, so that equal objects have equal texts, and conditions too: each change may move one. */
function sorted(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return name === "conditions" ? byType(value) : value.map((each) => sorted(each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each, key)]),
  );
}

function byType(conditions: readonly unknown[]): readonly unknown[] {
  const typed = conditions.map((each) => sorted(each) as { readonly type: string });
  return typed.sort((a, b) => (a.type < b.type ? -1 : 1));
}
