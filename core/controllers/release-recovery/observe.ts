import { releaseSelector } from "@catalyst/charts/records";
import { type HelmRelease, helmReleaseName, helmReleases, helmStorageNamespace } from "@catalyst/ports/flux";
import {
  type ClusterClient,
  isKubernetesError,
  type KubeObject,
  type List,
  type ListOptions,
  secrets,
} from "@catalyst/ports/kubernetes";

/** Objects of one answer: few enough for any server, and for a page's worth of memory. */
const pageSize = 500;

/** Above so many releases one pass over all of Helm's Secrets costs less than asking for each release's. */
const singleLookups = 10;

/** Goes through all HelmReleases, page by page. */
export function eachRelease(client: ClusterClient, signal: AbortSignal): AsyncGenerator<HelmRelease> {
  return pages((options) => client.list(helmReleases, options), { signal });
}

/** Where Helm keeps a release's revisions, as `newestSecrets` names it. */
export function storageKey(release: HelmRelease): string {
  return `${helmStorageNamespace(release)}/${helmReleaseName(release)}`;
}

/**
 * Finds the metadata of Helm's newest Secret of each release, by `storageKey`. A few releases are asked for one by one,
 * many by one pass; what the Secrets hold is never read.
 */
export async function newestSecrets(
  client: ClusterClient,
  releases: readonly HelmRelease[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, KubeObject>> {
  const newest = new Map<string, KubeObject>();
  const wanted = new Set(releases.map(storageKey));
  const take = async (options: ListOptions) => {
    for await (const secret of pages((page) => client.listMetadata(secrets, page), { ...options, signal })) {
      const { namespace = "", labels } = secret.metadata;
      const key = `${namespace}/${labels?.["name"] ?? ""}`;
      if (wanted.has(key) && isNewer(secret, newest.get(key))) newest.set(key, secret);
    }
  };
  if (wanted.size > singleLookups) await take({ labelSelector: releaseSelector() });
  else
    for (const key of wanted) {
      const [namespace = "", name = ""] = key.split("/");
      await take({ namespace, labelSelector: releaseSelector(name) });
    }
  return newest;
}

/** One without a version is taken for the newest: it can't be judged, and nothing is done then. */
function isNewer(secret: KubeObject, known: KubeObject | undefined): boolean {
  return known === undefined || !(versionOf(secret) < versionOf(known));
}

function versionOf({ metadata }: KubeObject): number {
  const version = Number(metadata.labels?.["version"]);
  return Number.isInteger(version) ? version : Number.POSITIVE_INFINITY;
}

/** Goes through a list page by page; one that the server no longer has the rest of is begun anew, once. */
async function* pages<T extends KubeObject>(
  list: (options: ListOptions) => Promise<List<T>>,
  options: ListOptions,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  let more: string | undefined;
  let restarts = 0;
  do {
    let page: List<T>;
    try {
      page = await list({ ...options, limit: pageSize, continue: more });
    } catch (error) {
      if (more === undefined || restarts > 0 || !isKubernetesError(error, "kubernetes-expired")) throw error;
      restarts++;
      more = undefined;
      page = await list({ ...options, limit: pageSize });
    }
    for (const item of page.items) {
      const key = `${item.metadata.namespace ?? ""}/${item.metadata.name}`;
      if (restarts > 0 && seen.has(key)) continue;
      seen.add(key);
      yield item;
    }
    more = page.continue;
  } while (more !== undefined);
}
