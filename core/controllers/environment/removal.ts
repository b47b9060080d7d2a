import { applicationsNamespace, fluxNamespace } from "@catalyst/model/naming";
import { gitRepositories, kustomizations } from "@catalyst/ports/flux";
import {
  applications,
  type ClusterClient,
  type KubeObject,
  persistentVolumes,
} from "@catalyst/ports/kubernetes";
import { applicationsKustomization, environmentSource } from "./objects.ts";

/**
 * Removes what holds something outside its cluster: Applications, volumes, what Flux fetched. Says what is still
 * there; undefined when nothing is.
 */
export async function emptyCluster(
  own: ClusterClient,
): Promise<{ readonly message: string; readonly recheckAfter: number } | undefined> {
  await own.delete(kustomizations, { namespace: fluxNamespace, name: applicationsKustomization });
  const { items } = await own.list(applications, { namespace: applicationsNamespace });
  for (const { metadata } of items)
    await own.delete(applications, { namespace: applicationsNamespace, name: metadata.name });
  if (items.length > 0)
    return {
      message: `${items.length} Applications are being removed: ${firstNames(items)}.`,
      recheckAfter: 2000,
    };
  const volumes = (await own.list(persistentVolumes)).items.filter(
    ({ spec }) => spec.persistentVolumeReclaimPolicy === "Delete",
  );
  if (volumes.length > 0)
    return { message: `volumes are being removed: ${firstNames(volumes)}.`, recheckAfter: 200 };
  const source = { namespace: fluxNamespace, name: environmentSource };
  await own.delete(gitRepositories, source);
  if ((await own.find(gitRepositories, source)) !== undefined)
    return { message: "Flux is removing what it fetched of the repository.", recheckAfter: 200 };
  return undefined;
}

function firstNames(objects: readonly KubeObject[]): string {
  return objects
    .slice(0, 3)
    .map(({ metadata }) => metadata.name)
    .join(", ");
}
