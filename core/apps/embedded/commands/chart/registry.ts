import { httpTransport } from "@catalyst/adapter-http";
import { ociRegistry } from "@catalyst/adapter-oci";
import { CatalystError } from "@catalyst/base/errors";
import type { DependencyTransport } from "@catalyst/charts";
import type { Manifest, Registry } from "@catalyst/ports/oci";
import type { RepositoryAccess } from "./access.ts";
import { registryLogin } from "./registry-login.ts";

const chartLayer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const provenanceLayer = "application/vnd.cncf.helm.chart.provenance.v1.prov";

/** Pulls charts from OCI registries, with the name and password given or those one is signed in with. */
export function registryPuller(
  access: RepositoryAccess,
  logins: readonly string[],
): Pick<DependencyTransport, "pull" | "pullProvenance" | "versions"> {
  const open = (repository: string) => registryOf(repository, access, logins);
  return {
    versions: async (repository) => {
      const { registry, path } = open(repository);
      return (await registry.tags(path)).map((tag) => tag.replaceAll("_", "+"));
    },
    pull: async (repository, version) => {
      const found = await layerOf(open(repository), version, chartLayer);
      if (found !== undefined) return found;
      throw new CatalystError("chart-dependency-unknown", `${repository}:${version} holds no chart`);
    },
    pullProvenance: async (repository, version) => {
      const found = await layerOf(open(repository), version, provenanceLayer);
      if (found !== undefined) return found;
      throw new CatalystError(
        "chart-fetch-failed",
        `manifest does not contain a layer with mediatype ${provenanceLayer}`,
      );
    },
  };
}

interface OpenRepository {
  readonly registry: Registry;
  readonly path: string;
}

/** Helm keeps `+` of a version as `_` in a tag, which can't hold it. */
async function layerOf(
  { registry, path }: OpenRepository,
  version: string,
  mediaType: string,
): Promise<Uint8Array | undefined> {
  const stored = await registry.manifest(path, version.replaceAll("+", "_"));
  const { layers } = JSON.parse(Buffer.from(stored.bytes).toString("utf8")) as Manifest;
  const layer = layers.find((one) => one.mediaType === mediaType);
  return layer === undefined ? undefined : registry.blob(path, layer.digest);
}

function registryOf(repository: string, access: RepositoryAccess, logins: readonly string[]): OpenRepository {
  if (!/^oci:\/\/[^/]/.test(repository)) {
    throw new CatalystError("chart-reference-invalid", `${repository} names no registry`, {
      hint: "Write it like oci://registry.example.com/charts.",
    });
  }
  const { host, pathname } = new URL(repository.replace(/^oci:/, "https:"));
  const origin = `${isPlain(host, access) ? "http" : "https"}://${host}`;
  const { ca, cert, key, unverified, username, password } = access;
  const tls = { ca, cert, key, insecure: unverified };
  const registry = ociRegistry({
    host,
    origin,
    transport: httpTransport({ baseUrl: origin, ...tls }),
    elsewhere: (other) => httpTransport({ baseUrl: other, ...tls }),
    credentials: username === "" ? registryLogin(host, logins) : { username, password },
  });
  return { registry, path: pathname.slice(1) };
}

/** A registry on this machine that nobody gives certificates for has none. */
function isPlain(host: string, { plainHttp, ca, cert, unverified }: RepositoryAccess): boolean {
  const isHere = /^(localhost|127\.|\[::1\])/.test(host);
  return plainHttp || (isHere && ca === undefined && cert === undefined && !unverified);
}
