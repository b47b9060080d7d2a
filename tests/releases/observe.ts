import { canonicalJson, isObject } from "@catalyst/base/json";
import { readReleaseSecret } from "@catalyst/charts";
import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import {
  type ClusterClient,
  configMaps,
  customResourceDefinitions,
  deployments,
  jobs,
  type KubeObject,
  namespaces,
  pods,
  type ResourceType,
  type Secret,
  secrets,
  serviceAccounts,
  services,
} from "@catalyst/ports/kubernetes";
import { fluxNamespace, releaseNamespace } from "./world.ts";

/** Where a release is kept and its HelmRelease is named. */
export const releaseKey = { namespace: fluxNamespace, name: "site" };

const namespacedTypes = [
  configMaps,
  services,
  serviceAccounts,
  pods,
  jobs,
  deployments,
] as readonly ResourceType[];

/** The kinds of the charts' own definitions. */
const ownGroup = "releases.example.com";

/**
 * All that a release is: its objects, its records, and what its HelmRelease says, without what differs each time. Of
 * one that is tried without end the HelmRelease tells why alone.
 */
export async function observe(client: ClusterClient, isEndless: boolean): Promise<unknown> {
  const objects: Record<string, unknown> = {};
  const namespace = releaseNamespace;
  const custom = await client.resourceType(`${ownGroup}/v1`, "Till");
  for (const type of [...namespacedTypes, ...(custom === undefined ? [] : [custom])]) {
    const { items } = await client.list(type, { namespace });
    for (const item of items) {
      if (item.metadata.name === "kube-root-ca.crt" || item.metadata.name === "default") continue;
      objects[`${type.kind} ${item.metadata.name}`] = objectSeen(item);
    }
  }
  for (const type of [customResourceDefinitions, namespaces] as readonly ResourceType[]) {
    const { items } = await client.list(type);
    const own = items.filter(
      ({ metadata }) => metadata.name.endsWith(ownGroup) || metadata.name === namespace,
    );
    for (const item of own) objects[`${type.kind} ${item.metadata.name}`] = objectSeen(item);
  }
  const { items } = await client.list(secrets, { namespace });
  const release = await client.find(helmReleases, releaseKey);
  const seen = {
    objects,
    records: items
      .filter(({ metadata }) => metadata.labels?.["owner"] === "helm")
      .map((secret) => (isReadable(secret) ? recordSeen(secret) : secret.metadata.name)),
    release: release === undefined ? "gone" : releaseSeen(release, isEndless),
  };
  return comparable(seen);
}

interface FieldsEntry {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly fieldsV1: unknown;
}

function objectSeen(object: KubeObject): unknown {
  const { labels, annotations, deletionTimestamp } = object.metadata;
  const managedFields = (object.metadata.managedFields ?? []) as readonly FieldsEntry[];
  const { apiVersion: _version, kind: _kind, metadata: _metadata, status: _status, ...content } = object;
  return {
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(deletionTimestamp === undefined ? {} : { terminating: true }),
    ...(object.kind === "CustomResourceDefinition" || object.kind === "Namespace" ? {} : content),
    // They stand in the order of their seconds: which of two that are close comes first is chance.
    managers: managedFields
      .filter(({ subresource }) => subresource !== "status")
      .map(({ manager, operation, fieldsV1 }) => `${manager} ${operation} ${canonicalJson(fieldsV1)}`)
      .sort(),
  };
}

function isReadable(secret: Secret): boolean {
  try {
    readReleaseSecret(secret);
    return true;
  } catch {
    return false;
  }
}

function recordSeen(secret: Secret): unknown {
  const record = readReleaseSecret(secret);
  const { createdAt, modifiedAt, ...labels } = secret.metadata.labels ?? {};
  // helm has it since 4.3, and Flux 2.9 drops it from a record that it writes anew
  const { rollbackRevision: _since, ...info } = record.info;
  return {
    name: secret.metadata.name,
    type: secret.type,
    labels: {
      ...labels,
      ...(createdAt === undefined ? {} : { createdAt: "<seconds>" }),
      ...(modifiedAt === undefined ? {} : { modifiedAt: "<seconds>" }),
    },
    version: record.version,
    info,
    config: record.config,
    manifest: record.manifest,
    applyMethod: record.applyMethod,
    chart: isObject(record.chart["metadata"]) ? record.chart["metadata"]["version"] : undefined,
    hooks: record.hooks.map(({ manifest: _manifest, path: _path, ...hook }) => hook),
  };
}

function releaseSeen({ status, metadata }: HelmRelease, isEndless: boolean): unknown {
  const {
    conditions = [],
    history = [],
    inventory,
    failures,
    installFailures,
    upgradeFailures,
    observedPostRenderersDigest: renderersDigest,
    observedCommonMetadataDigest: metadataDigest,
  } = status ?? {};
  const unknown = conditions.find(({ reason }) => reason === "StateError");
  if (isEndless) return (unknown ?? conditions.find(({ type }) => type === "Released"))?.message;
  return {
    isObserved: status?.observedGeneration === metadata.generation,
    action: status?.lastAttemptedReleaseAction,
    ...(renderersDigest === undefined ? {} : { renderersDigest }),
    ...(metadataDigest === undefined ? {} : { metadataDigest }),
    failures: [failures ?? 0, installFailures ?? 0, upgradeFailures ?? 0].join(" "),
    conditions: [...conditions]
      .sort((a, b) => (a.type < b.type ? -1 : 1))
      .map(({ type, status: state, reason, message }) => `${type}=${state} ${reason}: ${message}`),
    history: history.map(
      ({ digest: _digest, ociDigest: _oci, configDigest: _config, ...snapshot }) => snapshot,
    ),
    inventory: (inventory?.entries ?? []).map(({ id, v }) => `${id} ${v}`).sort(),
  };
}

/** What differs each time, and what stands for it. */
const varying: readonly (readonly [RegExp, string])[] = [
  // Go's client says it otherwise when its time runs out while it waits for its turn, or wouldn't last until then
  [
    /client rate limiter Wait returned an error: (?:context deadline exceeded|rate: Wait\(n=1\) would exceed context deadline)/g,
    "context deadline exceeded",
  ],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, "<time>"],
  [/\b\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}\b/g, "<time>"],
  [/(?<=\d\+)[0-9a-f]{12}\b/g, "<digest>"],
  [/kube-api-access-[a-z0-9]{5}/g, "kube-api-access-<id>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uid>"],
];

/** A value as plain JSON, without what differs each time. */
export function comparable(value: unknown): unknown {
  const text = JSON.stringify(value);
  return JSON.parse(varying.reduce((done, [pattern, name]) => done.replace(pattern, name), text));
}
