import { type HelmRelease, type OciRepository, ociRepositories } from "@catalyst/ports/flux";
import { chartArchive } from "./chart-archive.ts";
import type { TestFlux } from "./open-test-flux.ts";

/** Where the chart's source and its release are. */
export const siteKey = { namespace: "applications", name: "site" };

/** What a chart is in an OCI artifact. */
export const chartLayerType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

/** The source of the chart of a digest. */
export function siteRepository(digest: string, more: Partial<OciRepository["spec"]> = {}): OciRepository {
  return {
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "OCIRepository",
    metadata: siteKey,
    spec: {
      url: "oci://registry.test/blueprints/site",
      interval: "10m",
      ref: { digest },
      layerSelector: { mediaType: chartLayerType, operation: "copy" },
      ...more,
    },
  };
}

/** Publishes a chart of these files and makes its source. */
export async function publishSite(
  { client, registry }: TestFlux,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const digest = await registry.push("1.0.0", chartLayerType, chartArchive(files));
  await client.create(ociRepositories, siteRepository(digest));
}

/** A release of that chart into the namespace `site`. */
export function siteRelease(spec: Partial<HelmRelease["spec"]> = {}, name = siteKey.name): HelmRelease {
  return {
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    kind: "HelmRelease",
    metadata: { ...siteKey, name },
    spec: {
      interval: "10m",
      timeout: "3s",
      chartRef: { kind: "OCIRepository", name: siteKey.name },
      releaseName: name,
      targetNamespace: "site",
      storageNamespace: "site",
      ...spec,
    },
  };
}
