import { sha256Hex } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import { compareVersions, tryParseVersion } from "@catalyst/base/version";
import { mistyped } from "../chart/typed-fields.ts";
import { readYaml } from "../chart/values-file.ts";
import { decodeBytes } from "../template/bytes.ts";
import { formatValue } from "../template/format.ts";
import { GoError, type Value } from "../template/values.ts";
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
 * out. Undefined when the repository has no such chart. Throws `chart-repository-invalid` and what the transport throws.
 */
export async function readIndex(
  repository: string,
  name: string,
  transport: DependencyTransport,
): Promise<IndexEntry[] | undefined> {
  const url = `${repository.replace(/\/$/, "")}/index.yaml`;
  const entries = indexAt(url, await transport.get(url, repository)).get("entries");
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

/** Reads an index as Helm takes it. Throws `chart-repository-invalid` naming its address. */
function indexAt(url: string, bytes: Uint8Array): Map<string, Value> {
  const invalid = (problem: string, cause?: unknown) =>
    new CatalystError("chart-repository-invalid", `${url} isn't a repository's index: ${problem}`, { cause });
  let index: Value;
  try {
    index = readYaml(decodeBytes(bytes));
  } catch (cause) {
    throw cause instanceof GoError ? invalid(cause.message, cause) : cause;
  }
  if (index === null || index === undefined) throw invalid("it is empty");
  if (!(index instanceof Map)) throw invalid(mistyped(index, "value", "repo.IndexFile").message);
  if (formatValue(index.get("apiVersion") ?? "") === "") throw invalid("no API version specified");
  return index;
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
