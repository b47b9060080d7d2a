import type { Chart } from "../chart/chart.ts";

/** How charts are had; the repository kinds differ only here. */
export interface DependencyTransport {
  /**
   * Reads an http(s) address with what gives access to `repository`, the address of the repository that led to it.
   * Throws `chart-fetch-failed`.
   */
  get(url: string, repository: string): Promise<Uint8Array>;
  /** Pulls a chart's archive from `oci://host/path/name` at a version. */
  pull(repository: string, version: string): Promise<Uint8Array>;
  /** Pulls the provenance file beside it. Throws `chart-fetch-failed` where there is none. */
  pullProvenance(repository: string, version: string): Promise<Uint8Array>;
  /** Lists the versions of `oci://host/path/name`. */
  versions(repository: string): Promise<readonly string[]>;
  /** Loads the chart in a folder, relative to the chart's own. Throws `chart-dependency-unknown` where none is. */
  folder(path: string): Promise<Chart>;
  /** The address of a repository that goes by a name here (`helm repo add`); undefined when none does. */
  named(name: string): string | undefined;
}

/** Where a dependency comes from, by how its `repository` begins. */
export type DependencySource = "charts folder" | "folder" | "registry" | "repository";

/** Tells where a dependency comes from. */
export function sourceOf(repository: string): DependencySource {
  if (repository === "") return "charts folder";
  if (repository.startsWith(folderScheme)) return "folder";
  return repository.startsWith("oci://") ? "registry" : "repository";
}

const folderScheme = "file://";

/** The path in a `file://` repository. */
export function folderPath(repository: string): string {
  return repository.slice(folderScheme.length);
}
