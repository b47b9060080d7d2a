import { platformSignature } from "@catalyst/controllers/environment";
import { fluxNamespace, systemKustomization, systemRepository } from "@catalyst/model/naming";
import { gitRepositories, kustomizations } from "@catalyst/ports/flux";
import type { GitHost, Webhook } from "@catalyst/ports/git";
import { type Clusters, managementCluster, namespaces, secrets } from "@catalyst/ports/kubernetes";
import { sovereignDocument, sovereignPath } from "@catalyst/provisioning";

const fieldManager = "catalyst";
const credentials = "system-credentials";

export interface SystemRepositoryOptions {
  readonly git: GitHost;
  readonly clusters: Clusters;
  readonly domain: string;
  readonly access: { readonly username: string; readonly password: string };
  readonly webhook: Webhook;
}

/** The name of the Flux objects that bring the system repository into the management cluster. */
export const systemSource = systemRepository.name;

/** Makes the system repository and lets Flux bring it into the management cluster; idempotent. */
export async function ensureSystemRepository(options: SystemRepositoryOptions): Promise<void> {
  const { git } = options;
  await git.ensureOrganization(systemRepository.owner, "The Sovereign's own configuration");
  const repository = await git.ensureRepository(systemRepository, {
    description: "Sovereign, Organizations, Environments, policies",
  });
  if ((await git.resolve(systemRepository, "main")) === undefined) {
    await git.write(systemRepository, {
      branch: "main",
      expected: undefined,
      author: platformSignature,
      message: "Begin the Sovereign's configuration\n",
      changes: [
        {
          path: "README.md",
          content:
            "# Configuration of this Sovereign\n\nOrganizations and their Environments, as documents. What stands on `main` is so.\n",
        },
        { path: "organizations/.gitkeep", content: "" },
        {
          path: sovereignPath,
          content: sovereignDocument({ domain: options.domain }),
        },
      ],
    });
  }
  await git.ensureWebhook(systemRepository, options.webhook);
  await ensureFluxObjects(options, repository.cloneUrl);
}

async function ensureFluxObjects({ clusters, access }: SystemRepositoryOptions, url: string): Promise<void> {
  const client = clusters.client(managementCluster);
  const apply = { fieldManager, force: true };
  const encode = (text: string) => Buffer.from(text).toString("base64");
  await client.apply(
    namespaces,
    { apiVersion: "v1", kind: "Namespace", metadata: { name: fluxNamespace } },
    apply,
  );
  const data = { username: encode(access.username), password: encode(access.password) };
  await client.apply(
    secrets,
    {
      apiVersion: "v1",
      kind: "Secret",
      type: "Opaque",
      metadata: { name: credentials, namespace: fluxNamespace },
      data,
    },
    apply,
  );
  await client.apply(
    gitRepositories,
    {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "GitRepository",
      metadata: { name: systemSource, namespace: fluxNamespace },
      spec: { url, interval: "10m", ref: { branch: "main" }, secretRef: { name: credentials } },
    },
    apply,
  );
  await client.apply(
    kustomizations,
    {
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      // named for what it began with: under another name everything it applied would go with it
      metadata: { name: systemKustomization, namespace: fluxNamespace },
      spec: {
        interval: "10m",
        retryInterval: "10s",
        path: "./",
        prune: true,
        wait: false,
        sourceRef: { kind: "GitRepository", name: systemSource },
      },
    },
    apply,
  );
}
