import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openClusters } from "@catalyst/adapter-kubernetes";
import { systemClock } from "@catalyst/base/clock";
import { digestOf } from "@catalyst/base/digest";
import { inTurns } from "@catalyst/base/jobs";
import { silentLogger } from "@catalyst/base/logger";
import { printYaml } from "@catalyst/base/yaml";
import type { Catalog, CatalogRelease } from "@catalyst/blueprint/catalog";
import { planChange, type RepositoryFiles, readEnvironmentTree } from "@catalyst/blueprint/plan";
import { planJobs } from "@catalyst/blueprint/work";
import { loadChart, packageChart } from "@catalyst/charts";
import { mastersGroup, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore } from "@catalyst/embedded-store";
import type { Plan } from "@catalyst/model/plan";
import type { Clusters, ClusterUser } from "@catalyst/ports/kubernetes";
import { inProcess } from "@catalyst/ports/transport";
import { packedCharts } from "../packed-charts.ts";
import { releaseRenderer } from "../rendering.ts";

const token = "token-of-the-tests";

const release: CatalogRelease = {
  name: "bp-site",
  version: "1.0.0",
  digest: digestOf("bp-site"),
  verified: true,
  yanked: false,
  repository: "blueprints/bp-site",
  manifest: {
    apiVersion: "catalyst.openova.io/v1alpha1",
    kind: "Blueprint",
    metadata: { name: "bp-site" },
    spec: { version: "1.0.0", card: { title: "Site" } },
  },
};

/** Clusters of an embedded API server. */
export interface PlanningClusters {
  readonly clusters: Clusters;
  close(): Promise<void>;
}

export async function openPlanningClusters(): Promise<PlanningClusters> {
  const folder = await mkdtemp(join(tmpdir(), "catalyst-planning-"));
  const store = await openStore({ dir: folder });
  const kubernetes = await openKubernetes({
    store,
    clock: systemClock,
    logger: silentLogger,
    tokens: [{ token, user: { name: "admin", groups: [mastersGroup] } }],
  });
  const transport = inProcess(kubernetes.handler, { authorization: `Bearer ${token}` });
  return {
    clusters: openClusters(transport, kubernetes),
    close: async () => {
      await kubernetes.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The repository of an Environment with the Application `site`; undefined: without it. */
function repository(spec: object | undefined): RepositoryFiles {
  if (spec === undefined) return new Map();
  const { name, version, digest } = release;
  const document = printYaml({
    apiVersion: "catalyst.openova.io/v1alpha1",
    kind: "Application",
    metadata: { name: "site" },
    spec: { blueprint: { name, version, digest }, ...spec },
  });
  return new Map([["applications/site/application.yaml", document]]);
}

/** A change of the Application `site`, whose Blueprint's chart has one template. */
export interface SiteChange {
  /** A ConfigMap's value. */
  readonly template: string;
  readonly reader: ClusterUser | undefined;
  /** Further files of the chart. */
  readonly files?: Readonly<Record<string, string>>;
  /** What its document says besides the Blueprint; undefined: there is none. */
  readonly before?: object | undefined;
  readonly after: object | undefined;
}

/** Plans a change of `site` in the cluster of `acme-dev`, and gives the ConfigMap's value before and after. */
export async function planSite(
  clusters: Clusters,
  { template, reader, files = {}, before, after }: SiteChange,
): Promise<Plan & { readonly was: string | undefined; readonly seen: string | undefined }> {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\ndata:\n  seen: ${template}\n`;
  const chartFiles = {
    "Chart.yaml": "apiVersion: v2\nname: site\nversion: 1.0.0\n",
    "templates/a.yaml": text,
    ...files,
  };
  const chart = loadChart(
    new Map(Object.entries(chartFiles).map(([name, data]) => [name, Buffer.from(data)])),
  );
  const catalog: Catalog = {
    names: () => [release.name],
    releases: () => [release],
    chart: async () => packageChart(chart).bytes,
  };
  const work = inTurns(planJobs);
  const beforeTree = await readEnvironmentTree(repository(before));
  const made = await planChange({
    environment: "acme-dev",
    base: undefined,
    before: repository(before),
    after: repository(after),
    beforeTree,
    afterTree: await readEnvironmentTree(repository(after), beforeTree),
    catalog,
    wants: () => true,
    platform: () => ({
      sovereign: "local",
      organization: "acme",
      environment: "acme-dev",
      host: "site.acme-dev.localhost",
      url: "",
      registry: "r",
    }),
    source: () => ({ url: "oci://localhost/blueprints/bp-site", insecure: true }),
    reader,
    render: releaseRenderer(packedCharts(catalog), clusters, work),
    work,
    live: {
      ingresses: async () => [],
      storageClasses: async () => [],
      quotas: async () => [],
      limitRanges: async () => [],
    },
  });
  const diff = made.objects.find(({ kind }) => kind === "ConfigMap")?.diff ?? "";
  return { ...made, was: /^- {2}seen: (.*)$/m.exec(diff)?.[1], seen: /^\+ {2}seen: (.*)$/m.exec(diff)?.[1] };
}
