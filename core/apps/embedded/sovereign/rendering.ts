import type { Digest } from "@catalyst/base/digest";
import { Turns } from "@catalyst/base/turns";
import { parseYamlStream } from "@catalyst/base/yaml";
import type { Catalog } from "@catalyst/blueprint/catalog";
import type { RenderRelease } from "@catalyst/blueprint/plan";
import { type Chart, loadChart, lookupText, NeedsLookup, renderChart, seededRandom } from "@catalyst/charts";
import type { Clusters, KubeObject } from "@catalyst/ports/kubernetes";

/** Charts kept loaded; a loaded chart renders many times faster than a packed one. */
const chartLimit = 64;

/** Look-ups one rendering may ask for before it is given up. */
const lookupLimit = 50;

/** When `now` is, in plans: a plan must be the same each time it is made. */
const planTime = Date.UTC(2000, 0, 1);

/**
 * Renders releases for plans: what `helm` would install, with a seed of the Application's own in place of
 * chance. Look-ups are answered by the Environment's cluster as it is now.
 */
export function releaseRenderer(catalog: Catalog, clusters: Clusters): RenderRelease {
  const charts = new Map<Digest, Promise<Chart>>();
  const turns = new Turns();
  return async (release, expansion) => {
    let chart = charts.get(release.digest);
    if (chart === undefined) {
      chart = catalog.chart(release).then(loadChart);
      chart.catch(() => charts.delete(release.digest));
      charts.set(release.digest, chart);
      const [oldest] = charts.keys();
      if (charts.size > chartLimit && oldest !== undefined) charts.delete(oldest);
    }
    const loaded = await chart;
    await turns.take();
    const labels = expansion.release.metadata.labels ?? {};
    return render(
      loaded,
      expansion.release.metadata.name,
      expansion.values,
      labels["openova.io/environment"] ?? "",
      clusters,
    );
  };
}

async function render(
  chart: Chart,
  name: string,
  values: object,
  environment: string,
  clusters: Clusters,
): Promise<readonly KubeObject[]> {
  const fetched = new Map<string, unknown>();
  for (let attempt = 0; ; attempt++) {
    try {
      const rendered = renderChart({
        chart,
        values,
        release: { name, namespace: name },
        random: seededRandom(`${environment}/${name}`),
        now: () => planTime,
        lookup: (key) => fetched.get(lookupText(key)),
      });
      return rendered.manifests.flatMap(({ content, path }) =>
        parseYamlStream(content, { file: path }).map((document) => document.value as KubeObject),
      );
    } catch (error) {
      if (!(error instanceof NeedsLookup) || attempt === lookupLimit) throw error;
      fetched.set(lookupText(error.key), await lookUp(error, environment, clusters));
    }
  }
}

async function lookUp({ key }: NeedsLookup, environment: string, clusters: Clusters): Promise<unknown> {
  const client = clusters.client(environment);
  const type = await client.resourceType(key.apiVersion, key.kind);
  if (type === undefined) return null;
  const namespace = key.namespace === "" ? undefined : key.namespace;
  if (key.name !== "") return (await client.find(type, { namespace, name: key.name })) ?? null;
  const { items } = await client.list(type, { namespace });
  return { apiVersion: key.apiVersion, kind: `${key.kind}List`, items };
}
