import { concealedError } from "@catalyst/base/conceal";
import { CatalystError } from "@catalyst/base/errors";
import type { CatalogRelease } from "@catalyst/blueprint/catalog";
import { lookedUp, type RenderRelease } from "@catalyst/blueprint/plan";
import type { PlanWork } from "@catalyst/blueprint/work";
import type { ArchivedChart } from "@catalyst/charts/records";
import {
  type ClusterClient,
  type Clusters,
  isKubernetesError,
  type ServedApis,
} from "@catalyst/ports/kubernetes";
import { lookupLimit, PlanLookups } from "./plan-lookups.ts";
import { plannedRevision } from "./planned-revision.ts";

/**
 * Renders releases for plans: what `helm` would install or upgrade to, with a seed of the Application's own in place of
 * chance, for the Environment's cluster as it is now. What is looked up there is answered as far as the reader may read it.
 */
export function releaseRenderer(
  packedChart: (release: CatalogRelease) => Promise<ArchivedChart>,
  clusters: Clusters,
  { renderObjects }: Pick<PlanWork, "renderObjects">,
): RenderRelease {
  return async (release, { release: { metadata, spec }, values }, { reader, crds, revision: which }) => {
    const environment = metadata.labels?.["openova.io/environment"] ?? "";
    const { name } = metadata;
    const packed = await packedChart(release);
    const client = clusters.client(environment);
    const served = await servedBy(client);
    const stored = { namespace: spec.storageNamespace ?? name, name: spec.releaseName ?? name };
    const revision = await plannedRevision(client, stored, which);
    const lookups = new PlanLookups(client, reader);
    for (let count = 0; count <= lookupLimit; count++) {
      const seed = `${environment}/${name}`;
      const job = { ...packed, name, values, seed, served, crds, ...revision, lookups: lookups.answers };
      const outcome = await renderObjects(job).catch((error: unknown) => {
        throw toldError(error, lookups);
      });
      if (outcome.outcome === "rendered") {
        const { unread, secretTexts } = lookups;
        return { objects: outcome.objects, unread, secretTexts };
      }
      await lookups.fetch(outcome.key);
    }
    throw new CatalystError("chart-lookups-exceeded", `the chart looks up more than ${lookupLimit} objects`);
  };
}

/** Undefined when the cluster isn't there, not yet or no longer. */
async function servedBy(client: ClusterClient): Promise<ServedApis | undefined> {
  try {
    return await client.served();
  } catch (error) {
    if (isKubernetesError(error, "kubernetes-not-found", "kubernetes-unknown-kind")) return undefined;
    throw error;
  }
}

/** What failed, without the secrets the chart read, and with what it could not read. */
function toldError(error: unknown, { secretTexts, unread }: PlanLookups): unknown {
  const told = concealedError(error, secretTexts);
  const [key] = unread;
  if (key === undefined || !(told instanceof CatalystError)) return told;
  return new CatalystError(told.code, told.message, {
    ...(told.place === undefined ? {} : { place: told.place }),
    hint: `It looks up ${lookedUp(key)}, which you may not read; somebody who may can plan it.`,
  });
}
