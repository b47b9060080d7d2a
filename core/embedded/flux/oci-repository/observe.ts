import { type Digest, isDigest } from "@catalyst/base/digest";
import { CatalystError, describeError, isCatalystError } from "@catalyst/base/errors";
import type { Artifact, OciRepository } from "@catalyst/ports/flux";
import { secrets } from "@catalyst/ports/kubernetes";
import type { Registry } from "@catalyst/ports/oci";
import type { ArtifactStore } from "../artifacts/index.ts";
import type { Session } from "../reconcile/session.ts";
import { highestVersion } from "../version/highest.ts";
import { type RegistryCredentials, registryCredentials } from "./credentials.ts";

/** Opens a registry by its host name. `insecure`: by plain HTTP, or without checking its certificate. */
export type OpenRegistry = (
  host: string,
  options: { readonly insecure: boolean; readonly credentials: RegistryCredentials | undefined },
) => Registry;

/**
 * Tells whether one of the public keys (PEM) signed exactly this digest, as cosign signs; otherwise why not. What
 * can't be read counts as not signed.
 */
export type VerifySignature = (
  artifact: { readonly registry: Registry; readonly repository: string; readonly digest: Digest },
  publicKeys: readonly string[],
) => Promise<{ readonly verified: true } | { readonly verified: false; readonly reason: string }>;

/** Where a repository's artifact is. */
export interface OciTarget {
  readonly registry: Registry;
  readonly repository: string;
  /** What the reference names now; whatever follows goes by it (security case 31). */
  readonly digest: Digest;
  readonly revision: string;
}

export interface OciFacts {
  readonly target: OciTarget | undefined;
  /** The artifact of the status, when it can still be had. */
  readonly artifact: Artifact | undefined;
  readonly failure:
    | { readonly reason: string; readonly message: string; readonly lasting: boolean }
    | undefined;
}

/** Finds what the reference names now, and whether the stored artifact is still there. */
export async function observeOciRepository(
  session: Session<OciRepository>,
  parts: { readonly store: ArtifactStore; readonly openRegistry: OpenRegistry },
): Promise<OciFacts> {
  const { object, cluster } = session;
  const stored = object.status?.artifact;
  const artifact = stored === undefined ? undefined : await parts.store.present(cluster, stored);
  const failure = (reason: string, message: string, lasting = false): OciFacts => ({
    target: undefined,
    artifact,
    failure: { reason, message, lasting },
  });
  const { url } = object.spec;
  const match = /^oci:\/\/([^/\s]+)\/([a-z0-9._/-]+)$/.exec(url);
  const [, host, repository] = match ?? [];
  if (host === undefined || repository === undefined) {
    const words = "URL must be in format 'oci://<domain>/<org>/<repo>'";
    return failure("URLInvalid", `URL validation failed for '${url}': ${words}`, true);
  }
  if (object.spec.serviceAccountName !== undefined) {
    const words = "spec.serviceAccountName is not supported by this cluster";
    return failure("AuthenticationFailed", `failed to get credential: ${words}`, true);
  }
  const credentials = await credentialsFor(session, host);
  if (credentials === "missing") {
    const name = `${object.metadata.namespace}/${object.spec.secretRef?.name}`;
    return failure("AuthenticationFailed", `failed to get credential: failed to get secret '${name}'`);
  }
  const registry = parts.openRegistry(host, { insecure: object.spec.insecure === true, credentials });
  try {
    return { target: await targetOf(object, registry, repository), artifact, failure: undefined };
  } catch (error) {
    if (session.signal.aborted || !isCatalystError(error)) throw error;
    return failure("OCIArtifactPullFailed", `failed to determine artifact digest: ${describeError(error)}`);
  }
}

async function credentialsFor(
  session: Session<OciRepository>,
  host: string,
): Promise<RegistryCredentials | "missing" | undefined> {
  const name = session.object.spec.secretRef?.name;
  if (name === undefined) return undefined;
  const secret = await session.client.find(secrets, { namespace: session.object.metadata.namespace, name });
  return secret === undefined ? "missing" : registryCredentials(secret, host);
}

async function targetOf(object: OciRepository, registry: Registry, repository: string): Promise<OciTarget> {
  const { digest, semver, tag = "latest" } = object.spec.ref ?? {};
  if (digest !== undefined) {
    if (!isDigest(digest)) throw missing(`'${digest}' is not a sha256 digest`);
    return { registry, repository, digest, revision: digest };
  }
  const found = semver === undefined ? tag : highestVersion(await registry.tags(repository), semver);
  if (found === undefined) throw missing(`no match found for semver: ${semver}`);
  const descriptor = await registry.resolve(repository, found);
  if (descriptor === undefined) throw missing(`there is no tag '${found}' in ${registry.host}/${repository}`);
  return { registry, repository, digest: descriptor.digest, revision: `${found}@${descriptor.digest}` };
}

function missing(message: string): CatalystError {
  return new CatalystError("oci-not-found", message);
}
