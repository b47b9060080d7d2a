import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { httpTransport } from "@catalyst/adapter-http";
import { ociRegistry } from "@catalyst/adapter-oci";
import { CatalystError } from "@catalyst/base/errors";
import { type Chart, type DependencyTransport, loadChartFolder } from "@catalyst/charts";
import type { Manifest, Registry } from "@catalyst/ports/oci";
import { readBytes } from "@catalyst/ports/transport";

/** Largest archive or index read. */
const sizeLimit = 100 * 1024 * 1024;

/** Redirects followed before giving up. */
const redirectLimit = 5;

const chartLayer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

/** Gets charts from repositories by HTTP, from OCI registries and from folders; without credentials. */
export function dependencyTransport(chartFolder: string): DependencyTransport {
  return {
    get: (url) => get(url, redirectLimit),
    versions: async (repository) => {
      const { registry, path } = registryOf(repository);
      return (await registry.tags(path)).map((tag) => tag.replaceAll("_", "+"));
    },
    pull: (repository, version) => pull(repository, version),
    folder: (path) => chartIn(resolve(chartFolder, path)),
  };
}

async function chartIn(folder: string): Promise<Chart> {
  if (existsSync(folder)) return loadChartFolder(folder);
  throw new CatalystError("chart-dependency-unknown", `directory ${folder} not found`);
}

async function get(url: string, redirects: number): Promise<Uint8Array> {
  const { origin, pathname, search } = new URL(url);
  const response = await httpTransport({ baseUrl: origin }).request({
    method: "GET",
    path: pathname + search,
    headers: {},
  });
  const next = response.headers["location"];
  if (response.status >= 300 && response.status < 400 && next !== undefined && redirects > 0) {
    return get(new URL(next, url).href, redirects - 1);
  }
  if (response.status === 200) return readBytes(response, sizeLimit);
  throw new CatalystError("chart-dependency-unknown", `${url} answers ${response.status}`);
}

/** Helm keeps `+` of a version as `_` in a tag, which can't hold it. */
async function pull(repository: string, version: string): Promise<Uint8Array> {
  const { registry, path } = registryOf(repository);
  const stored = await registry.manifest(path, version.replaceAll("+", "_"));
  const { layers } = JSON.parse(Buffer.from(stored.bytes).toString("utf8")) as Manifest;
  const layer = layers.find(({ mediaType }) => mediaType === chartLayer);
  if (layer !== undefined) return registry.blob(path, layer.digest);
  throw new CatalystError("chart-dependency-unknown", `${repository}:${version} holds no chart`);
}

function registryOf(repository: string): { registry: Registry; path: string } {
  const { host, pathname } = new URL(repository.replace(/^oci:/, "https:"));
  const scheme = /^(localhost|127\.|\[::1\])/.test(host) ? "http" : "https";
  const origin = `${scheme}://${host}`;
  const elsewhere = (other: string) => httpTransport({ baseUrl: other });
  const registry = ociRegistry({ host, origin, transport: httpTransport({ baseUrl: origin }), elsewhere });
  return { registry, path: pathname.slice(1) };
}
