import { httpTransport } from "@catalyst/adapter-http";
import { ociRegistry } from "@catalyst/adapter-oci";
import type { Clock } from "@catalyst/base/clock";
import { verifySignature } from "@catalyst/blueprint/signature";
import {
  type FluxWork,
  hostGitFetcher,
  type OpenRegistry,
  openFlux,
  programGitFetcher,
} from "@catalyst/embedded-flux";
import type { GitHost, RepositoryRef } from "@catalyst/ports/git";
import type { Registry } from "@catalyst/ports/oci";
import type { Access } from "./access.ts";

export interface SovereignFluxOptions {
  readonly folder: string;
  /** `http://localhost:8700`. */
  readonly origin: string;
  readonly git: GitHost;
  readonly access: Access;
  /** The Sovereign's own registry, in process, and the host it is addressed by in `oci://` URLs. */
  readonly registry: Registry;
  readonly registryHost: string;
  readonly work: FluxWork;
  readonly clock: Clock;
}

/** Opens Flux's reconcilers with the Sovereign's own Git host and registry in process. */
export function openSovereignFlux(options: SovereignFluxOptions) {
  const { git, access, origin } = options;
  return openFlux({
    artifactFolder: options.folder,
    artifactAddress: () => `${origin}/artifacts`,
    fetcher: hostGitFetcher({
      host: git,
      repositoryOf: (url) => repositoryOf(url, `${origin}/git/`),
      mayRead: async ({ credentials }, repository) => {
        const principal = await access.git({
          method: "GET",
          path: "/",
          headers: { authorization: basic(credentials?.username, credentials?.password) },
        });
        return principal !== undefined && (await access.gitAuthorization.mayRead(principal, repository));
      },
      elsewhere: programGitFetcher({ folder: options.folder }),
    }),
    openRegistry: registryOpener(options),
    verifySignature,
    work: options.work,
    clock: options.clock,
  });
}

function basic(username = "", password = ""): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function repositoryOf(url: string, base: string): RepositoryRef | undefined {
  if (!url.startsWith(base)) return undefined;
  const [owner, name, rest] = url
    .slice(base.length)
    .replace(/\.git$/, "")
    .split("/");
  return owner === undefined || name === undefined || rest !== undefined ? undefined : { owner, name };
}

function registryOpener({ registry, registryHost }: SovereignFluxOptions): OpenRegistry {
  return (host, { insecure, credentials }) => {
    if (host === registryHost) return registry;
    const origin = `${insecure ? "http" : "https"}://${host}`;
    return ociRegistry({ host, origin, transport: httpTransport({ baseUrl: origin }), credentials });
  };
}
