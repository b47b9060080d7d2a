import { CatalystError } from "@catalyst/base/errors";
import type { JsonObject } from "@catalyst/base/json";
import { tryParseVersion } from "@catalyst/base/version";
import { type LookupKey, loadChart, lookupText } from "@catalyst/charts";
import type { Artifact } from "@catalyst/ports/flux";
import type { ClusterClient } from "@catalyst/ports/kubernetes";
import type { ResourceTypes } from "../apply/index.ts";
import type { RenderJob, RenderOutcome, RenderRelease } from "./rendering.ts";

/** A chart as its artifact holds it, named and versioned as the release will be. */
export interface ChartArchive {
  readonly archive: Uint8Array;
  readonly archiveDigest: string;
  readonly name: string;
  /** With the artifact's digest as metadata, so that a moved tag is noticed. */
  readonly version: string;
  readonly appVersion: string;
  readonly ociDigest: string;
}

/** Reads a chart's name and version from its archive. Throws `chart-invalid`, `chart-version-mismatch`. */
export function openChart(archive: Uint8Array, artifact: Artifact): ChartArchive {
  const { name, version, appVersion } = loadChart(archive).metadata;
  const [tag, digest = tag ?? ""] = artifact.revision.split("@");
  const tagVersion = digest === tag ? undefined : tryParseVersion(tag ?? "");
  const parsed = tryParseVersion(version);
  if (parsed === undefined) throw new CatalystError("chart-invalid", `invalid chart version ${version}`);
  if (tagVersion !== undefined && withoutMetadata(tag ?? "") !== withoutMetadata(version)) {
    const message = `artifact revision ${tag} does not match chart version ${version}`;
    throw new CatalystError("chart-version-mismatch", message);
  }
  const hash = digest.replace(/^sha256:/, "").slice(0, 12);
  return {
    archive,
    archiveDigest: artifact.digest ?? artifact.revision,
    name,
    version: `${withoutMetadata(version)}+${hash}`,
    appVersion,
    ociDigest: digest,
  };
}

function withoutMetadata(version: string): string {
  return version.replace(/^v/, "").split(/[+_]/)[0] ?? "";
}

/** Look-ups one rendering may ask for before it is given up. */
const lookupLimit = 100;

/** Renders, fetching what the chart looks up in the cluster until it has all. */
export async function renderWithLookups(
  render: RenderRelease,
  job: Omit<RenderJob, "lookups">,
  cluster: { readonly client: ClusterClient; readonly types: ResourceTypes },
): Promise<Extract<RenderOutcome, { outcome: "rendered" }>> {
  const lookups = new Map<string, unknown>();
  for (let count = 0; count <= lookupLimit; count++) {
    const outcome = await render({ ...job, lookups });
    if (outcome.outcome === "rendered") return outcome;
    lookups.set(lookupText(outcome.key), await lookUp(outcome.key, cluster));
  }
  throw new CatalystError("chart-lookups-exceeded", `the chart looks up more than ${lookupLimit} objects`);
}

async function lookUp(
  key: LookupKey,
  { client, types }: { readonly client: ClusterClient; readonly types: ResourceTypes },
): Promise<JsonObject | null> {
  const type = await types.find(client, key.apiVersion, key.kind);
  if (type === undefined) return null;
  const namespace = key.namespace === "" ? undefined : key.namespace;
  if (key.name !== "")
    return ((await client.find(type, { namespace, name: key.name })) as JsonObject | undefined) ?? null;
  const { items } = await client.list(type, { namespace });
  return {
    apiVersion: key.apiVersion,
    kind: `${key.kind}List`,
    items: items as unknown as readonly JsonObject[],
  };
}
