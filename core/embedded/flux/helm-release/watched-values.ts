import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import { configMaps, type KubeObject, type ResourceType, secrets } from "@catalyst/ports/kubernetes";
import type { Trigger } from "@catalyst/reconciler";
import type { Session } from "../reconcile/session.ts";

/** Flux's label on a ConfigMap or Secret whose change is a change of the releases that take values from it. */
const watchLabel = "reconcile.fluxcd.io/watch";

/** A release takes its values anew whenever it is looked at; what bears the label has it looked at. */
export const valuesTriggers: readonly Trigger[] = [triggerOf(secrets), triggerOf(configMaps)];

function triggerOf(type: ResourceType): Trigger {
  return {
    type,
    requests: (cluster, { metadata }, _previous, cache) => {
      if (metadata.labels?.[watchLabel] !== "Enabled") return [];
      return cache
        .list(cluster, helmReleases, metadata.namespace)
        .filter(({ spec }) =>
          spec.valuesFrom?.some(({ kind, name }) => kind === type.kind && name === metadata.name),
        )
        .map((item) => ({ cluster, namespace: item.metadata.namespace, name: item.metadata.name }));
    },
  };
}

/** The versions of the watched objects a release takes values from; undefined when it takes none from such. */
export async function watchedValues({ client, object }: Session<HelmRelease>): Promise<string | undefined> {
  const { namespace = "" } = object.metadata;
  const versions: string[] = [];
  for (const { kind, name } of object.spec.valuesFrom ?? []) {
    const type: ResourceType<KubeObject> = kind === "Secret" ? secrets : configMaps;
    const found = await client.find(type, { namespace, name });
    if (found?.metadata.labels?.[watchLabel] === "Enabled")
      versions.push(`${found.metadata.uid}/${found.metadata.resourceVersion}`);
  }
  return versions.length === 0 ? undefined : versions.join();
}
