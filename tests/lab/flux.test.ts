import { systemClock } from "@catalyst/base/clock";
import { digestOf } from "@catalyst/base/digest";
import { gitRepositories, helmReleases, kustomizations, ociRepositories } from "@catalyst/ports/flux";
import {
  type ClusterClient,
  configMaps,
  type KubeObject,
  type ObjectKey,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chartArchive } from "../../core/embedded/flux/testing/chart-archive.ts";
import { openWorld, type World } from "../releases/world.ts";
import { available } from "./available.ts";
import { startFluxController } from "./flux-controller.ts";

const names = ["kustomize-controller", "helm-controller"] as const;
const layerType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const flowSpec = { interval: "10m" } as const;
const within = { timeout: 60_000, interval: 300 };

const conditionOf = (object: KubeObject | undefined, type: string) =>
  (
    object?.status as { conditions?: { type: string; status: string; reason: string; message: string }[] }
  )?.conditions?.find((condition) => condition.type === type);

describe.skipIf(!(await available(import.meta.filename, ...names)))("Flux's own controllers", () => {
  const stops: (() => Promise<unknown>)[] = [];
  let world: World;
  let client: ClusterClient;

  beforeAll(async () => {
    world = await openWorld("another");
    stops.push(() => world.close());
    client = world.client;
    for (const name of names) {
      const started = await startFluxController(name, world.kubeconfig);
      stops.push(() => started.stop());
    }
  }, 120_000);

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  async function ready<T extends KubeObject>(type: ResourceType<T>, key: ObjectKey): Promise<T> {
    const limit = performance.now() + within.timeout;
    let object = await client.get(type, key);
    // Flux writes conditions first, and the rest of a status with the generation after them.
    const isSettled = () => {
      const { observedGeneration } = (object.status ?? {}) as { observedGeneration?: number };
      return (
        conditionOf(object, "Ready")?.status === "True" && observedGeneration === object.metadata.generation
      );
    };
    while (!isSettled()) {
      if (performance.now() > limit) throw new Error(`not ready: ${JSON.stringify(object.status)}`);
      await systemClock.sleep(200);
      object = await client.get(type, key);
    }
    return object;
  }

  test("apply a GitRepository's artifact through the embedded API server", async () => {
    const commit = world.git.commit({
      "applications/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {b: c}\n",
      "readme.md": "words",
    });
    const metadata = { namespace: "flux-system", name: "environment" };
    await client.create(gitRepositories, {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "GitRepository",
      metadata,
      spec: { ...flowSpec, url: "http://git.test/a.git", ref: { branch: "main" } },
    });
    await client.create(kustomizations, {
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata,
      spec: {
        ...flowSpec,
        path: "./applications",
        prune: true,
        targetNamespace: "site",
        sourceRef: { kind: "GitRepository", name: "environment" },
      },
    });
    const applied = await ready(kustomizations, metadata);
    // The very words our own reconciler uses.
    expect(conditionOf(applied, "Ready")).toMatchObject({
      reason: "ReconciliationSucceeded",
      message: `Applied revision: main@sha1:${commit}`,
    });
    expect(applied.status?.inventory?.entries).toEqual([{ id: "site_a__ConfigMap", v: "v1" }]);
    const object = await client.get(configMaps, { namespace: "site", name: "a" });
    expect(object.metadata.labels).toMatchObject({ "kustomize.toolkit.fluxcd.io/name": "environment" });
  });

  test("install an OCIRepository's chart through the embedded API server", async () => {
    const template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: chart}\ndata: {a: {{ .Values.a }}}\n";
    const digest = await world.registry.push(
      "1.0.0",
      layerType,
      chartArchive({ "templates/c.yaml": template }),
    );
    const metadata = { namespace: "flux-system", name: "site" };
    await client.create(ociRepositories, {
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "OCIRepository",
      metadata,
      spec: {
        ...flowSpec,
        url: "oci://registry.test/blueprints/site",
        ref: { digest },
        layerSelector: { mediaType: layerType, operation: "copy" },
      },
    });
    await client.create(helmReleases, {
      apiVersion: "helm.toolkit.fluxcd.io/v2",
      kind: "HelmRelease",
      metadata,
      spec: {
        ...flowSpec,
        chartRef: { kind: "OCIRepository", name: "site" },
        releaseName: "site",
        targetNamespace: "site",
        storageNamespace: "site",
        values: { a: "b" },
      },
    });
    const release = await ready(helmReleases, metadata);
    const [snapshot] = release.status?.history ?? [];
    expect(snapshot).toMatchObject({ version: 1, status: "deployed", chartName: "site" });
    expect(snapshot?.configDigest).toBe(digestOf("a: b\n"));
    expect(snapshot?.chartVersion).toBe(`1.0.0+${digest.slice("sha256:".length, "sha256:".length + 12)}`);
    expect(conditionOf(release, "Released")?.message).toBe(
      `Helm install succeeded for release site/site.v1 with chart site@${snapshot?.chartVersion}`,
    );
    expect((await client.get(configMaps, { namespace: "site", name: "chart" })).data).toEqual({ a: "b" });
  });

  /** Asks for a reconcile now, as `flux reconcile` does. */
  const ask = (type: ResourceType, name: string) =>
    client.mergePatch(type, inFlux(name), {
      metadata: { annotations: { "reconcile.fluxcd.io/requestedAt": String(performance.now()) } },
    });
  const inFlux = (name: string) => ({ namespace: "flux-system", name });
  const data = (name: string) =>
    client.find(configMaps, { namespace: "site", name }).then((found) => found?.data);

  test("put right what was changed by hand, and prune what a commit takes out", async () => {
    await client.mergePatch(configMaps, { namespace: "site", name: "a" }, { data: { b: "by hand" } });
    await ask(kustomizations as ResourceType, "environment");
    await expect.poll(() => data("a"), within).toEqual({ b: "c" });
    world.git.commit({
      "applications/z.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: z}\ndata: {b: c}\n",
    });
    await ask(gitRepositories as ResourceType, "environment");
    await expect.poll(() => data("z"), within).toEqual({ b: "c" });
    await expect.poll(() => data("a"), within).toBeUndefined();
  });

  test("take what a Kustomization applied away with it", async () => {
    await client.delete(kustomizations, inFlux("environment"));
    await expect.poll(() => data("z"), within).toBeUndefined();
    await expect.poll(() => client.find(kustomizations, inFlux("environment")), within).toBeUndefined();
  });

  test("act as a ServiceAccount, and no more than it may", async () => {
    await client.create(kustomizations, {
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata: inFlux("weak"),
      spec: {
        ...flowSpec,
        path: "./applications",
        prune: true,
        targetNamespace: "site",
        serviceAccountName: "weak",
        sourceRef: { kind: "GitRepository", name: "environment" },
      },
    });
    const message = async () =>
      conditionOf(await client.find(kustomizations, inFlux("weak")), "Ready")?.message;
    await expect
      .poll(message, within)
      .toContain('User "system:serviceaccount:flux-system:weak" cannot patch resource "configmaps"');
    expect(await data("z")).toBeUndefined();
  });

  test("upgrade a release, roll a failed upgrade back, and uninstall", async () => {
    const latest = async () => (await client.get(helmReleases, inFlux("site"))).status?.history?.[0];
    await client.mergePatch(helmReleases, inFlux("site"), { spec: { values: { a: "c" } } });
    await expect.poll(() => data("chart"), within).toEqual({ a: "c" });
    await expect.poll(latest, within).toMatchObject({ version: 2, status: "deployed" });
    const upgrade = { remediation: { retries: 0, remediateLastFailure: true, strategy: "rollback" } };
    // A number isn't a ConfigMap's value: the server refuses the upgrade.
    await client.mergePatch(helmReleases, inFlux("site"), { spec: { upgrade, values: { a: 1 } } });
    const remediated = async () =>
      conditionOf(await client.get(helmReleases, inFlux("site")), "Remediated")?.message;
    await expect
      .poll(remediated, within)
      .toMatch(/^Helm rollback to previous release site\/site\.v2 .* succeeded/);
    expect(await data("chart")).toEqual({ a: "c" });
    await client.delete(helmReleases, inFlux("site"));
    await expect.poll(() => data("chart"), within).toBeUndefined();
    await expect.poll(() => client.find(helmReleases, inFlux("site")), within).toBeUndefined();
  });
});
