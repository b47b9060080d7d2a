import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { compareVersions, tryParseVersion } from "@catalyst/base/version";
import { readYaml } from "../chart/values-file.ts";
import { decodeBytes } from "../template/bytes.ts";
import { formatValue } from "../template/format.ts";
import type { LockedDependency } from "./lock.ts";
import type { DependencyTransport } from "./transport.ts";

/** A chart's version in a repository's index.yaml. */
export interface IndexEntry {
  readonly version: string;
  readonly url: string;
  /** Hex SHA-256; empty when the index gives none. */
  readonly digest: string;
}

/**
 * Reads the versions of a chart from a repository's index, the newest first; those without an address are left
 * out. Undefined when the repository has no such chart. Throws what the transport throws.
 */
export async function readIndex(
  repository: string,
  name: string,
  transport: DependencyTransport,
): Promise<IndexEntry[] | undefined> {
  const bytes = await transport.get(`${repository.replace(/\/$/, "")}/index.yaml`, repository);
  const index = readYaml(decodeBytes(bytes));
  const entries = index instanceof Map ? index.get("entries") : undefined;
  const versions = entries instanceof Map ? entries.get(name) : undefined;
  if (!Array.isArray(versions)) return undefined;
  return versions
    .filter((entry) => entry instanceof Map)
    .flatMap((entry) => {
      const urls = entry.get("urls");
      const [url] = Array.isArray(urls) ? urls : [];
      const digest = entry.get("digest");
      const version = formatValue(entry.get("version"));
      return typeof url === "string" && tryParseVersion(version) !== undefined
        ? [{ version, url, digest: typeof digest === "string" ? digest : "" }]
        : [];
    })
    .sort((a, b) => compareText(b.version, a.version));
}

function compareText(a: string, b: string): number {
  const [left, right] = [tryParseVersion(a), tryParseVersion(b)];
  return left === undefined || right === undefined ? 0 : compareVersions(left, right);
}

/** An archive in a repository, and where it is. */
export interface RepositoryArchive {
  readonly url: string;
  readonly bytes: Uint8Array;
}

/**
 * Gets a chart's archive from a repository. Throws `chart-dependency-unknown` when the index doesn't have the
 * version, `chart-digest-mismatch` when the archive isn't what the index promises.
 */
export async function archiveFromRepository(
  { name, version, repository }: LockedDependency,
  transport: DependencyTransport,
): Promise<RepositoryArchive> {
  const entries = (await readIndex(repository, name, transport)) ?? [];
  const entry = entries.find((one) => compareText(one.version, version) === 0);
  if (entry === undefined) {
    throw new CatalystError(
      "chart-dependency-unknown",
      `chart ${name} version ${version} not found in ${repository}`,
    );
  }
  const url = URL.parse(entry.url, `${repository.replace(/\/$/, "")}/`);
  if (url === null) {
    throw new CatalystError(
      "chart-dependency-unknown",
      `chart ${name} version ${version} has no address in ${repository}: ${entry.url} is none`,
    );
  }
  const bytes = await transport.get(url.href, repository);
  if (entry.digest === "" || sha256Hex(bytes) === entry.digest.replace(/^sha256:/, ""))
    return { url: url.href, bytes };
  throw new CatalystError(
    "chart-digest-mismatch",
    `chart ${name} version ${version} isn't what the index of ${repository} promises`,
  );
}
