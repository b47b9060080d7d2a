import { CatalystError } from "@catalyst/base/errors";
import type { CatalogRelease } from "@catalyst/blueprint/catalog";
import type { RenderRelease } from "@catalyst/blueprint/plan";
import type { PlanWork } from "@catalyst/blueprint/work";
import { type ArchivedChart, type LookupKey, lookupText } from "@catalyst/charts/records";
import type { Clusters } from "@catalyst/ports/kubernetes";

/** Look-ups one rendering may ask for before it is given up. */
const lookupLimit = 50;

/**
 * Renders releases for plans: what `helm` would install, with a seed of the Application's own in place of
 * chance. Look-ups are answered by the Environment's cluster as it is now.
 */
export function releaseRenderer(
  packedChart: (release: CatalogRelease) => Promise<ArchivedChart>,
  clusters: Clusters,
  { renderObjects }: Pick<PlanWork, "renderObjects">,
): RenderRelease {
  return async (release, { release: { metadata }, values }) => {
    const environment = metadata.labels?.["openova.io/environment"] ?? "";
    const { name } = metadata;
    const packed = await packedChart(release);
    const lookups = new Map<string, unknown>();
    for (let count = 0; count <= lookupLimit; count++) {
      const outcome = await renderObjects({
        ...packed,
        name,
        values,
        seed: `${environment}/${name}`,
        lookups,
      });
      if (outcome.outcome === "rendered") return outcome.objects;
      lookups.set(lookupText(outcome.key), await lookUp(outcome.key, environment, clusters));
    }
    throw new CatalystError("chart-lookups-exceeded", `the chart looks up more than ${lookupLimit} objects`);
  };
}

async function lookUp(key: LookupKey, environment: string, clusters: Clusters): Promise<unknown> {
  const client = clusters.client(environment);
  const type = await client.resourceType(key.apiVersion, key.kind);
  if (type === undefined) return null;
  const namespace = key.namespace === "" ? undefined : key.namespace;
  if (key.name !== "") return (await client.find(type, { namespace, name: key.name })) ?? null;
  const { items } = await client.list(type, { namespace });
  return { apiVersion: key.apiVersion, kind: `${key.kind}List`, items };
}
