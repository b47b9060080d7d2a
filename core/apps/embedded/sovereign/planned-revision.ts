import { releaseSelector } from "@catalyst/charts/records";
import { type ClusterClient, isKubernetesError, secrets } from "@catalyst/ports/kubernetes";

/** A release as a chart sees it: `.Release.Revision`, `.Release.IsUpgrade`. */
export interface PlannedRevision {
  readonly revision: number;
  readonly isUpgrade: boolean;
}

const first: PlannedRevision = { revision: 1, isUpgrade: false };

/**
 * Tells as which revision a release was rendered last (`current`), or will be next, by what Helm stored of it. What a
 * revision holds isn't read: how many there are is no secret, as what the cluster serves is none.
 */
export async function plannedRevision(
  client: ClusterClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  which: "current" | "next",
): Promise<PlannedRevision> {
  const { items } = await client
    .listMetadata(secrets, { namespace, labelSelector: releaseSelector(name) })
    .catch((error: unknown) => {
      // the cluster isn't there yet
      if (isKubernetesError(error, "kubernetes-not-found", "kubernetes-unknown-kind")) return { items: [] };
      throw error;
    });
  const stored = items
    .map(({ metadata: { labels = {} } }) => ({
      version: Number(labels["version"]),
      status: labels["status"],
    }))
    .filter(({ version }) => Number.isSafeInteger(version) && version > 0)
    .sort((a, b) => b.version - a.version);
  const [last] = stored;
  // an uninstalled one is kept to be looked at: its name is free, and begins anew
  if (last === undefined || last.status === "uninstalled") return first;
  if (which === "next") return { revision: last.version + 1, isUpgrade: true };
  const { version } = stored.find(({ status }) => status === "deployed") ?? last;
  return { revision: version, isUpgrade: version > 1 };
}
