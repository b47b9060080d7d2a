import { blueprintKeysSecret } from "@catalyst/blueprint/expansion";
import { labels } from "@catalyst/model/label";
import { applicationsNamespace, fluxNamespace, secretStoreName } from "@catalyst/model/naming";
import type { ExternalStore } from "@catalyst/ports/external-secrets";
import type { GitRepository, Kustomization } from "@catalyst/ports/flux";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { memberBindings } from "./cluster-roles.ts";

/** How Flux in an Environment's cluster reads the Environment's repository. */
export interface RepositoryAccess {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** How an Environment's cluster reads the Environment's part of the secret store. */
export interface SecretsAccess {
  /** The Vault API's address. */
  readonly server: string;
  /** Reads nothing but that part. */
  readonly token: string;
}

export interface EnvironmentObjectsInput {
  readonly organization: string;
  readonly environment: string;
  readonly access: RepositoryAccess;
  readonly secrets: SecretsAccess;
  /** Public keys, PEM, by which releases are verified; by file name. */
  readonly trustedKeys: Readonly<Record<string, string>>;
}

/** Names of the Flux objects in every Environment's cluster (facts: patterns). */
export const environmentSource = "environment";
export const applicationsKustomization = "applications";

const credentialsSecret = "environment-credentials";

/** The Secret that holds the token of the SecretStore. */
const secretStoreToken = "secret-store-token";

/** What every Environment's cluster holds before its first Application. */
export function environmentObjects(input: EnvironmentObjectsInput): {
  readonly plain: readonly KubeObject[];
  /** What members may do with kubectl. */
  readonly bindings: readonly KubeObject[];
  readonly secretStore: ExternalStore;
  readonly source: GitRepository;
  readonly kustomization: Kustomization;
} {
  const own = {
    [labels.managedBy]: "catalyst",
    [labels.organization]: input.organization,
    [labels.environment]: input.environment,
  };
  const namespace = (name: string): KubeObject => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: own },
  });
  const secret = (ns: string, name: string, data: Readonly<Record<string, string>>): KubeObject => ({
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name, namespace: ns, labels: own },
    data: Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
    ),
  });
  const { url, username, password } = input.access;
  return {
    plain: [
      namespace(fluxNamespace),
      namespace(applicationsNamespace),
      secret(fluxNamespace, credentialsSecret, { username, password }),
      secret(applicationsNamespace, blueprintKeysSecret, input.trustedKeys),
      secret(applicationsNamespace, secretStoreToken, { token: input.secrets.token }),
    ],
    bindings: memberBindings(own),
    secretStore: {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: { name: secretStoreName, namespace: applicationsNamespace, labels: own },
      spec: {
        provider: {
          vault: {
            server: input.secrets.server,
            path: "secret",
            version: "v2",
            auth: { tokenSecretRef: { name: secretStoreToken, key: "token" } },
          },
        },
      },
    },
    source: {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "GitRepository",
      metadata: { name: environmentSource, namespace: fluxNamespace, labels: own },
      spec: { url, interval: "10m", ref: { branch: "main" }, secretRef: { name: credentialsSecret } },
    },
    kustomization: {
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata: { name: applicationsKustomization, namespace: fluxNamespace, labels: own },
      spec: {
        interval: "10m",
        retryInterval: "30s",
        timeout: "5m",
        path: "./applications",
        prune: true,
        wait: false,
        targetNamespace: applicationsNamespace,
        sourceRef: { kind: "GitRepository", name: environmentSource },
      },
    },
  };
}
