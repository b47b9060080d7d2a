import { CatalystError } from "@catalyst/base/errors";
import type { ExternalSecret, RemoteReference } from "@catalyst/ports/external-secrets";
import { type ClusterClient, type OwnerReference, type Secret, secrets } from "@catalyst/ports/kubernetes";
import type { SecretStore } from "@catalyst/ports/secrets";
import {
  createdByLabel,
  creatorOf,
  dataHash,
  dataHashAnnotation,
  type ExternalSecretFacts,
  managedLabel,
} from "./observe.ts";

/** What a refresh came to. */
export type Refreshed = "created" | "updated" | "unchanged" | "missing" | "retained" | "deleted";

/**
 * Reads every value. With deletion policy `Retain` a missing one throws `value-missing`, which names its key; with
 * the others it is left out. Throws what the store throws.
 */
export async function readValues(
  store: SecretStore,
  { spec }: ExternalSecret,
): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {};
  for (const [index, { secretKey, remoteRef }] of (spec.data ?? []).entries()) {
    const value = await readValue(store, remoteRef);
    if (value !== undefined) values[secretKey] = Buffer.from(value, "utf8").toString("base64");
    else if ((spec.target?.deletionPolicy ?? "Retain") === "Retain") {
      const at = `error processing spec.data[${index}] (key: ${remoteRef.key})`;
      throw new CatalystError("value-missing", `${at}, err: Secret does not exist`);
    }
  }
  return values;
}

async function readValue(store: SecretStore, reference: RemoteReference): Promise<string | undefined> {
  const { key, property, version } = reference;
  const found = await store.read(key, version === undefined ? undefined : Number(version));
  if (found === undefined || property === undefined) return found && JSON.stringify(found.data);
  return Object.hasOwn(found.data, property) ? found.data[property] : undefined;
}

/** Makes the Secret hold the values. Throws `target-owned` and `target-taken`: a person must act. */
export async function writeTarget(
  client: ClusterClient,
  facts: ExternalSecretFacts,
  values: Readonly<Record<string, string>>,
): Promise<Refreshed> {
  const { object, target } = facts;
  const { creationPolicy = "Owner", deletionPolicy = "Retain" } = object.spec.target ?? {};
  if (Object.keys(values).length === 0 && deletionPolicy === "Retain") return "retained";
  if (Object.keys(values).length === 0 && deletionPolicy === "Delete") return deleteTarget(client, facts);
  if (creationPolicy === "None") return "unchanged";
  if (creationPolicy === "Merge" && target === undefined) return "missing";
  if (creationPolicy === "Owner") await deleteOrphans(client, facts);
  refuseTaken(facts);
  const wanted = secretOf(facts, values, creationPolicy);
  const options = { fieldManager: managerOf(object) };
  if (target === undefined) {
    await client.create(secrets, wanted, options);
    return "created";
  }
  if (isSame(target, wanted)) return "unchanged";
  await client.update(secrets, wanted, options);
  return "updated";
}

async function deleteTarget(
  client: ClusterClient,
  { object, target, targetName }: ExternalSecretFacts,
): Promise<Refreshed> {
  const policy = object.spec.target?.creationPolicy ?? "Owner";
  if (policy !== "Owner") {
    const message = `unable to delete secret ${targetName}: creationPolicy=${policy} is not Owner`;
    throw new CatalystError("target-taken", message);
  }
  if (target !== undefined)
    await client.delete(secrets, { namespace: object.metadata.namespace, name: targetName });
  return "deleted";
}

/** Secrets of this ExternalSecret under a name it no longer asks for. */
async function deleteOrphans(
  client: ClusterClient,
  { object, targetName }: ExternalSecretFacts,
): Promise<void> {
  const { namespace } = object.metadata;
  const labelSelector = `${createdByLabel}=${creatorOf(object)}`;
  const { items } = await client.list(secrets, { namespace, labelSelector });
  for (const { metadata } of items)
    if (metadata.name !== targetName) await client.delete(secrets, { namespace, name: metadata.name });
}

/** A Secret has one owner: another's isn't taken away from it. */
function refuseTaken({ object, target, targetName }: ExternalSecretFacts): void {
  const owner = target?.metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (owner === undefined) return;
  if (owner.kind === "ExternalSecret" && owner.apiVersion.startsWith("external-secrets.io/")) {
    if (owner.name === object.metadata.name) return;
    throw new CatalystError("target-owned", `secret is owned by another ExternalSecret: ${owner.name}`);
  }
  if ((object.spec.target?.creationPolicy ?? "Owner") !== "Owner") return;
  const message = `could not set controller reference on secret: Object ${object.metadata.namespace}/${targetName} is already owned by another ${owner.kind} controller ${owner.name}`;
  throw new CatalystError("target-taken", message);
}

function secretOf(
  { object, target, targetName }: ExternalSecretFacts,
  values: Readonly<Record<string, string>>,
  policy: "Owner" | "Orphan" | "Merge",
): Secret {
  const { namespace, labels, annotations } = object.metadata;
  const data = policy === "Merge" ? { ...target?.data, ...values } : values;
  const { [createdByLabel]: _creator, ...kept } = target?.metadata.labels ?? {};
  const owners = (target?.metadata.ownerReferences ?? []).filter(
    (reference) => reference.uid !== object.metadata.uid,
  );
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: target?.type ?? "Opaque",
    metadata: {
      name: targetName,
      ...(namespace === undefined ? {} : { namespace }),
      ...(target?.metadata.resourceVersion === undefined
        ? {}
        : { resourceVersion: target.metadata.resourceVersion }),
      labels: {
        ...kept,
        ...labels,
        [managedLabel]: "true",
        ...(policy === "Owner" ? { [createdByLabel]: creatorOf(object) } : {}),
      },
      annotations: { ...target?.metadata.annotations, ...annotations, [dataHashAnnotation]: dataHash(data) },
      ownerReferences: policy === "Owner" ? [...owners, ownerOf(object)] : owners,
    },
    data,
  };
}

function ownerOf({ apiVersion, kind, metadata }: ExternalSecret): OwnerReference {
  const { name, uid = "" } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

function isSame(existing: Secret, wanted: Secret): boolean {
  const relevant = ({ metadata, data }: Secret) =>
    JSON.stringify([
      sorted(metadata.labels),
      sorted(metadata.annotations),
      metadata.ownerReferences?.map((owner) => [owner.uid, owner.controller]) ?? [],
      sorted(data),
    ]);
  return relevant(existing) === relevant(wanted);
}

function sorted(map: Readonly<Record<string, string>> = {}): readonly (readonly [string, string])[] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Longest field manager Kubernetes shows whole. */
const managerLimit = 63;

function managerOf(object: ExternalSecret): string {
  const manager = `externalsecrets.external-secrets.io/${object.metadata.name}`;
  return manager.length <= managerLimit
    ? manager
    : `externalsecrets.external-secrets.io/sha/${creatorOf(object)}`;
}
