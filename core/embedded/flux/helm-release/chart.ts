import { CatalystError } from "@catalyst/base/errors";
import type { JsonObject } from "@catalyst/base/json";
import { tryParseVersion } from "@catalyst/base/version";
import { type ArchivedChart, type LookupKey, lookupText } from "@catalyst/charts/records";
import type { Artifact } from "@catalyst/ports/flux";
import type { ClusterClient, ServedApis } from "@catalyst/ports/kubernetes";
import type { ResourceTypes } from "../apply/index.ts";
import type { FluxWork } from "../jobs.ts";
import type { ChartFacts, RenderedRelease, RenderJob } from "./rendering.ts";

/** A chart as its artifact holds it, named and versioned as the release will be. */
export interface ChartArchive extends ArchivedChart {
  readonly name: string;
  /** With the artifact's digest as metadata, so that a moved tag is noticed. */
  readonly version: string;
  readonly appVersion: string;
  readonly ociDigest: string;
}

/** Charts whose facts are remembered. */
const factsLimit = 1000;

/** Charts by their archive: one that was read before isn't read again. */
export class Charts {
  readonly #work: FluxWork;
  readonly #facts = new Map<string, ChartFacts>();

  constructor(work: FluxWork) {
    this.#work = work;
  }

  /** Reads a chart's name and version from its archive. Throws `chart-invalid`, `chart-version-mismatch`. */
  async open(archive: Uint8Array, artifact: Artifact, signal: AbortSignal): Promise<ChartArchive> {
    const packed = { archive, archiveDigest: artifact.digest ?? artifact.revision };
    const facts = this.#facts.get(packed.archiveDigest) ?? (await this.#work.describeChart(packed, signal));
    this.#facts.set(packed.archiveDigest, facts);
    const [oldest] = this.#facts.keys();
    if (this.#facts.size > factsLimit && oldest !== undefined) this.#facts.delete(oldest);
    return named(packed, facts, artifact);
  }
}

function named(packed: ArchivedChart, facts: ChartFacts, artifact: Artifact): ChartArchive {
  const { name, version, appVersion } = facts;
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
    ...packed,
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

/** Renders for the cluster as it is, fetching what the chart looks up there until it has all. */
export async function renderWithLookups(
  job: Omit<RenderJob, "lookups" | "served">,
  cluster: {
    readonly work: FluxWork;
    readonly client: ClusterClient;
    readonly types: ResourceTypes;
    readonly signal: AbortSignal;
  },
): Promise<RenderedRelease> {
  const served = await cluster.client.served();
  const lookups = new Map<string, unknown>();
  for (let count = 0; count <= lookupLimit; count++) {
    const outcome = await cluster.work.renderRelease({ ...job, served, lookups }, cluster.signal);
    if (outcome.outcome === "rendered") return outcome;
    lookups.set(lookupText(outcome.key), await lookUp(outcome.key, served, cluster));
  }
  throw new CatalystError("chart-lookups-exceeded", `the chart looks up more than ${lookupLimit} objects`);
}

/** Null when there is none of that kind; an Error, as in Helm, when the cluster doesn't even serve its API version. */
async function lookUp(
  key: LookupKey,
  { apiVersions }: ServedApis,
  { client, types }: { readonly client: ClusterClient; readonly types: ResourceTypes },
): Promise<JsonObject | Error | null> {
  const type = await types.find(client, key.apiVersion, key.kind);
  if (type === undefined) {
    if (apiVersions.includes(key.apiVersion)) return null;
    const version = key.apiVersion.includes("/") ? key.apiVersion : `/${key.apiVersion}`;
    return new Error(
      `unable to get apiresource from unstructured: ${version}, Kind=${key.kind}: the server could not find the requested resource`,
    );
  }
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
