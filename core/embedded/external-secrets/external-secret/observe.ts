import { sha256Hex } from "@catalyst/base/digest";
import { canonicalJson } from "@catalyst/base/json";
import type { ExternalSecret } from "@catalyst/ports/external-secrets";
import { type ClusterClient, type Secret, secrets } from "@catalyst/ports/kubernetes";

/** Marks of External Secrets on the Secrets it makes. */
export const managedLabel = "reconcile.external-secrets.io/managed";
export const createdByLabel = "reconcile.external-secrets.io/created-by";
export const dataHashAnnotation = "reconcile.external-secrets.io/data-hash";

/** Everything the decision is made on. */
export interface ExternalSecretFacts {
  readonly object: ExternalSecret;
  readonly targetName: string;
  readonly target: Secret | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Reads an ExternalSecret's Secret. */
export async function observe(
  client: ClusterClient,
  object: ExternalSecret,
  now: number,
): Promise<ExternalSecretFacts> {
  const targetName = targetOf(object);
  const target = await client.find(secrets, { namespace: object.metadata.namespace ?? "", name: targetName });
  return { object, targetName, target, now };
}

/** The name of the Secret an ExternalSecret makes. */
export function targetOf(object: ExternalSecret): string {
  return object.spec.target?.name ?? object.metadata.name;
}

/** The version of an ExternalSecret that a refresh carried out: `<generation>-<hash of labels and annotations>`. */
export function versionOf({ metadata }: ExternalSecret): string {
  const hash = sha256Hex(canonicalJson([metadata.labels ?? {}, metadata.annotations ?? {}])).slice(0, 56);
  return `${metadata.generation ?? 1}-${hash}`;
}

/** Tells what a Secret holds from what somebody made of it since. */
export function dataHash(data: Readonly<Record<string, string>>): string {
  return sha256Hex(canonicalJson(data)).slice(0, 56);
}

/** Names an ExternalSecret on the Secrets it made, so that one is found again when the name it is to have changes. */
export function creatorOf({ metadata }: ExternalSecret): string {
  return sha256Hex(`${metadata.namespace}/${metadata.name}`).slice(0, 56);
}
