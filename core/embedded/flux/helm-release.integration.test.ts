import { readReleaseSecret } from "@catalyst/charts";
import { type HelmRelease, helmReleases, ociRepositories } from "@catalyst/ports/flux";
import {
  configMaps,
  events,
  type KubeObject,
  namespaces,
  persistentVolumeClaims,
  type Secret,
  secrets,
} from "@catalyst/ports/kubernetes";
import { afterEach, describe, expect, it } from "vitest";
import type { FluxOptions } from "./index.ts";
import { chartArchive } from "./testing/chart-archive.ts";
import { openTestFlux, type TestFlux } from "./testing/open-test-flux.ts";
import { chartLayerType, siteKey, siteRelease, siteRepository } from "./testing/site-release.ts";

let test: TestFlux;
afterEach(() => test.close());

const key = siteKey;

const configTemplate = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-config
data:
  greeting: {{ .Values.greeting | quote }}
  password: {{ randAlphaNum 8 }}
`;

const helmRelease = (spec: Partial<HelmRelease["spec"]> = {}) =>
  siteRelease({ values: { greeting: "hello" }, ...spec });

const conditionOf = (object: KubeObject | undefined, type: string) =>
  (
    object?.status as { conditions?: { type: string; status: string; reason: string; message: string }[] }
  )?.conditions?.find((condition) => condition.type === type);
const isReady = (object: KubeObject | undefined) => conditionOf(object, "Ready")?.status === "True";

async function installed(
  files: Record<string, string>,
  spec: Partial<HelmRelease["spec"]> = {},
  options: Partial<FluxOptions> = {},
): Promise<void> {
  test = await openTestFlux(options);
  await test.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "site" } });
  const digest = await test.registry.push("1.0.0", chartLayerType, chartArchive(files));
  await test.client.create(ociRepositories, siteRepository(digest));
  await test.client.create(helmReleases, helmRelease(spec));
}

const objects = async () =>
  (await test.client.list(configMaps, { namespace: "site" })).items.map((item) => item.metadata.name);
const records = async () =>
  (await test.client.list(secrets, { namespace: "site", labelSelector: "owner=helm" })).items
    .map(readReleaseSecret)
    .sort((a, b) => a.version - b.version)
    .map((record) => `v${record.version} ${record.info.status}`);

describe("a HelmRelease", () => {
  it("is installed from its chart, with Helm's own records", async () => {
    await installed({ "templates/config.yaml": configTemplate });
    const release = await test.until(helmReleases, key, isReady);
    const [snapshot] = release.status?.history ?? [];
    expect(snapshot).toMatchObject({
      name: "site",
      namespace: "site",
      version: 1,
      status: "deployed",
      action: "install",
      appVersion: "9",
    });
    expect(snapshot?.chartVersion).toMatch(/^1\.0\.0\+[0-9a-f]{12}$/);
    expect(conditionOf(release, "Released")).toMatchObject({
      status: "True",
      reason: "InstallSucceeded",
      message: `Helm install succeeded for release site/site.v1 with chart site@${snapshot?.chartVersion}`,
    });
    expect(release.status).toMatchObject({
      observedGeneration: 1,
      lastAttemptedReleaseAction: "install",
      storageNamespace: "site",
      inventory: { entries: [{ id: "site_site-config__ConfigMap", v: "v1" }] },
    });
    const config = await test.client.get(configMaps, { namespace: "site", name: "site-config" });
    expect(config.data).toMatchObject({ greeting: "hello" });
    expect(config.metadata.labels).toMatchObject({
      "app.kubernetes.io/managed-by": "Helm",
      "helm.toolkit.fluxcd.io/name": "site",
    });
    expect(config.metadata.annotations).toMatchObject({ "meta.helm.sh/release-name": "site" });
    expect(await records()).toEqual(["v1 deployed"]);
  });

  it("is upgraded when its values change, and keeps what was generated", async () => {
    await installed({ "templates/config.yaml": configTemplate });
    await test.until(helmReleases, key, isReady);
    const before = await test.client.get(configMaps, { namespace: "site", name: "site-config" });
    await test.client.mergePatch(helmReleases, key, { spec: { values: { greeting: "bye" } } });
    const release = await test.until(
      helmReleases,
      key,
      (object) => isReady(object) && object?.status?.history?.[0]?.version === 2,
    );
    expect(release.status?.history?.map((entry) => `v${entry.version} ${entry.status}`)).toEqual([
      "v2 deployed",
      "v1 superseded",
    ]);
    const after = await test.client.get(configMaps, { namespace: "site", name: "site-config" });
    expect(after.data).toEqual({ ...before.data, greeting: "bye" });
    expect(await records()).toEqual(["v1 superseded", "v2 deployed"]);
  });

  it("drops what a new chart no longer has, unless the chart keeps it", async () => {
    const extra = (name: string, annotations: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, annotations: ${annotations}}\n`;
    await installed({
      "templates/config.yaml": configTemplate,
      "templates/a.yaml": extra("gone", "{}"),
      "templates/b.yaml": extra("kept", "{helm.sh/resource-policy: keep}"),
    });
    await test.until(helmReleases, key, isReady);
    const digest = await test.registry.push(
      "1.1.0",
      chartLayerType,
      chartArchive({ "templates/config.yaml": configTemplate }, "1.1.0"),
    );
    await test.client.mergePatch(ociRepositories, key, { spec: { ref: { digest } } });
    await test.until(
      helmReleases,
      key,
      (object) => isReady(object) && object?.status?.history?.[0]?.version === 2,
    );
    expect((await objects()).filter((name) => !name.startsWith("kube-"))).toEqual(["kept", "site-config"]);
  });

  it("takes values from Secrets and ConfigMaps, and what is written inline over them", async () => {
    test = await openTestFlux();
    await test.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "site" } });
    const data = { "values.yaml": Buffer.from("greeting: secret\nother: kept\n").toString("base64") };
    await test.client.create(secrets, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: "applications", name: "values" },
      data,
    });
    const template = `${configTemplate}  other: {{ .Values.other }}\n`;
    const digest = await test.registry.push(
      "1",
      chartLayerType,
      chartArchive({ "templates/config.yaml": template }),
    );
    await test.client.create(ociRepositories, siteRepository(digest));
    await test.client.create(helmReleases, helmRelease({ valuesFrom: [{ kind: "Secret", name: "values" }] }));
    await test.until(helmReleases, key, isReady);
    const config = await test.client.get(configMaps, { namespace: "site", name: "site-config" });
    expect(config.data).toMatchObject({ greeting: "hello", other: "kept" });
  });

  const valuesFrom = [
    { kind: "Secret", name: "given", valuesKey: "word", targetPath: "word", literal: true },
  ] as const;

  function given(word: string, labels: Record<string, string>): Secret {
    return {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: "applications", name: "given", labels },
      data: { word: Buffer.from(word).toString("base64") },
    };
  }

  async function installedWith(template: string, secret: Secret): Promise<void> {
    test = await openTestFlux();
    await test.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "site" } });
    await test.client.create(secrets, secret);
    const files = { "templates/config.yaml": template };
    const digest = await test.registry.push("1.0.0", chartLayerType, chartArchive(files));
    await test.client.create(ociRepositories, siteRepository(digest));
    await test.client.create(helmReleases, helmRelease({ valuesFrom }));
  }

  const wordTemplate = configTemplate.replace(
    "password: {{ randAlphaNum 8 }}",
    "word: {{ .Values.word | quote }}",
  );
  const watched = { "reconcile.fluxcd.io/watch": "Enabled" };

  it("is upgraded when a Secret that is watched changes, also while nothing ran", async () => {
    await installedWith(wordTemplate, given("123", watched));
    await test.until(helmReleases, key, isReady);
    const config = { namespace: "site", name: "site-config" };
    expect((await test.client.get(configMaps, config)).data).toMatchObject({ word: "123" });
    await test.client.apply(secrets, given("4,5=6", watched), { force: true });
    await test.until(configMaps, config, (object) => object?.data?.["word"] === "4,5=6");
    await test.until(helmReleases, key, isReady);
    await test.restart(async () => {
      await test.client.apply(secrets, given("seven", watched), { force: true });
    });
    await test.until(configMaps, config, (object) => object?.data?.["word"] === "seven");
  });

  it("25: says no secret value when the server or the chart quotes one", async () => {
    const word = "correct horse/battery";
    const bad = wordTemplate.replace("\ndata:", "\n  labels: {word: {{ .Values.word | quote }}}\ndata:");
    await installedWith(bad, given(word, watched));
    const failed = await test.until(
      helmReleases,
      key,
      (object) => conditionOf(object, "Released")?.status === "False",
    );
    expect(conditionOf(failed, "Released")?.message).toContain("(secret)");
    const { items } = await test.client.list(events, { namespace: "applications" });
    expect(items.map(({ reason }) => reason)).toContain("InstallFailed");
    for (const text of [JSON.stringify(failed), JSON.stringify(items)]) expect(text).not.toContain(word);
    const failing = wordTemplate.replace("{{ .Values.word | quote }}", "{{ fail .Values.word }}");
    const digest = await test.registry.push(
      "1.1.0",
      chartLayerType,
      chartArchive({ "templates/config.yaml": failing }),
    );
    await test.client.apply(ociRepositories, siteRepository(digest), { force: true });
    const again = await test.until(
      helmReleases,
      key,
      (object) => conditionOf(object, "Released")?.message.includes("execution error") === true,
    );
    expect(JSON.stringify(again)).not.toContain(word);
  });

  it("waits for the dependencies it names and starts once they are ready", async () => {
    await installed({ "templates/config.yaml": configTemplate }, { dependsOn: [{ name: "db" }] });
    const waiting = await test.until(
      helmReleases,
      key,
      (object) => conditionOf(object, "Ready")?.reason === "DependencyNotReady",
    );
    expect(conditionOf(waiting, "Ready")?.message).toBe(
      "unable to get 'applications/db' dependency: not found",
    );
    const spec = { releaseName: "db", targetNamespace: "site", storageNamespace: "site" };
    await test.client.create(helmReleases, {
      ...helmRelease(spec),
      metadata: { namespace: "applications", name: "db" },
    });
    await test.until(helmReleases, key, isReady);
  });

  it.each<[string, Partial<HelmRelease["spec"]>]>([
    ["spec.serviceAccountName", { serviceAccountName: "robot" }],
    ["spec.dependsOn[1].readyExpr", { dependsOn: [{ name: "a" }, { name: "b", readyExpr: "true" }] }],
  ])("is refused with %s, which isn't carried out", async (field, spec) => {
    await installed({ "templates/config.yaml": configTemplate }, spec);
    const release = await test.until(
      helmReleases,
      key,
      (found) => conditionOf(found, "Stalled") !== undefined,
    );
    expect(conditionOf(release, "Ready")).toMatchObject({
      status: "False",
      reason: "InvalidSpec",
      message: `${field} is not supported by this cluster`,
    });
    expect(await objects()).not.toContain("site-config");
  });

  it("names the object that isn't ready in time, and is upgraded once the chart is right", async () => {
    const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: none, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;
    await installed({ "templates/claim.yaml": claim }, { timeout: "500ms" });
    const failed = await test.until(
      helmReleases,
      key,
      (object) => conditionOf(object, "Released")?.status === "False",
    );
    expect(conditionOf(failed, "Released")).toMatchObject({ reason: "InstallFailed" });
    expect(conditionOf(failed, "Released")?.message).toContain(
      "PersistentVolumeClaim/site/data status: 'InProgress'",
    );
    const stalled = await test.until(
      helmReleases,
      key,
      (object) => conditionOf(object, "Stalled")?.status === "True",
    );
    expect(conditionOf(stalled, "Stalled")).toMatchObject({
      reason: "RetriesExceeded",
      message: "Failed to install after 1 attempt(s)",
    });
    const digest = await test.registry.push(
      "2",
      chartLayerType,
      chartArchive({ "templates/config.yaml": configTemplate }, "1.0.1"),
    );
    await test.client.mergePatch(ociRepositories, key, { spec: { ref: { digest } } });
    await test.until(helmReleases, key, isReady);
    // Nobody says here that no Pod uses the claim any more: until then its protection keeps it.
    const left = await test.client.find(persistentVolumeClaims, { namespace: "site", name: "data" });
    expect(left?.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      finalizers: ["kubernetes.io/pvc-protection"],
    });
  });

  it("goes back to the release before when an upgrade fails and rollback is asked for", async () => {
    await installed(
      { "templates/config.yaml": configTemplate },
      { upgrade: { remediation: { retries: 0, remediateLastFailure: true } } },
    );
    await test.until(helmReleases, key, isReady);
    const broken = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Not_A_Name}\n";
    const digest = await test.registry.push(
      "2",
      chartLayerType,
      chartArchive({ "templates/config.yaml": broken }, "2.0.0"),
    );
    await test.client.mergePatch(ociRepositories, key, { spec: { ref: { digest } } });
    const back = await test.until(
      helmReleases,
      key,
      (object) => conditionOf(object, "Remediated")?.status === "True",
    );
    expect(conditionOf(back, "Remediated")?.reason).toBe("RollbackSucceeded");
    expect(conditionOf(back, "Ready")).toMatchObject({ status: "False", reason: "RollbackSucceeded" });
    expect(await records()).toEqual(["v1 superseded", "v2 failed", "v3 deployed"]);
  });

  it("runs hooks before and after, in the order of their weights", async () => {
    const hook = (name: string, event: string, weight: number) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  annotations: {helm.sh/hook: ${event}, helm.sh/hook-weight: "${weight}"}
`;
    await installed({
      "templates/config.yaml": configTemplate,
      "templates/one.yaml": hook("one", "pre-install", 5),
      "templates/two.yaml": `${hook("two", "post-install", 0).trimEnd().slice(0, -1)}, helm.sh/hook-delete-policy: hook-succeeded}\n`,
    });
    await test.until(helmReleases, key, isReady);
    expect((await objects()).filter((name) => !name.startsWith("kube-"))).toEqual(["one", "site-config"]);
  });

  it("takes its release with it when it is deleted", async () => {
    await installed({ "templates/config.yaml": configTemplate });
    await test.until(helmReleases, key, isReady);
    await test.client.delete(helmReleases, key);
    await test.until(helmReleases, key, (object) => object === undefined);
    expect((await objects()).filter((name) => !name.startsWith("kube-"))).toEqual([]);
    expect(await records()).toEqual([]);
  });

  it("takes up a chart that came while nothing ran, and leaves alone what is current", async () => {
    await installed({ "templates/config.yaml": configTemplate });
    const before = await test.until(helmReleases, key, isReady);
    await test.restart(async () => undefined);
    const chart = chartArchive({ "templates/config.yaml": configTemplate }, "1.2.0");
    const digest = await test.registry.push("1.2.0", chartLayerType, chart);
    expect((await test.client.get(helmReleases, key)).status).toEqual(before.status);
    await test.restart(async () => {
      await test.client.mergePatch(ociRepositories, key, { spec: { ref: { digest } } });
    });
    await test.until(
      helmReleases,
      key,
      (object) => isReady(object) && object?.status?.history?.[0]?.version === 2,
    );
  });

  it("fault 39: frees a release that was left pending, and goes on", async () => {
    await installed({ "templates/config.yaml": configTemplate });
    await test.until(helmReleases, key, isReady);
    await test.client.mergePatch(helmReleases, key, { spec: { suspend: true } });
    const name = "sh.helm.release.v1.site.v1";
    const stored = await test.client.get(secrets, { namespace: "site", name });
    const { releaseSecret } = await import("@catalyst/charts");
    const record = readReleaseSecret(stored);
    const pending = { ...record, version: 2, info: { ...record.info, status: "pending-upgrade" as const } };
    await test.client.create(secrets, { ...(await releaseSecret(pending, "site", 0)) });
    await test.client.mergePatch(helmReleases, key, {
      spec: { suspend: false, values: { greeting: "again" } },
    });
    await test.until(
      helmReleases,
      key,
      (object) => isReady(object) && (object?.status?.history?.[0]?.version ?? 0) > 2,
    );
    expect(await records()).toEqual(["v1 superseded", "v2 failed", "v3 deployed"]);
  });
});

describe("security cases", () => {
  it("31: installs the digest that was verified, however the tag moves", async () => {
    const seen: string[] = [];
    await installed(
      { "templates/config.yaml": configTemplate },
      {},
      {
        verifySignature: async ({ digest, registry }) => {
          seen.push(digest);
          // The tag moves between the check and the pull.
          if (seen.length === 1) {
            const evil = configTemplate.replace("greeting", "evil");
            await (registry as TestFlux["registry"]).push(
              "1.0.0",
              chartLayerType,
              chartArchive({ "templates/config.yaml": evil }),
            );
          }
          return { verified: true };
        },
      },
    );
    await test.client.delete(ociRepositories, key);
    await test.until(ociRepositories, key, (object) => object === undefined);
    seen.length = 0;
    await test.registry.push(
      "1.0.0",
      chartLayerType,
      chartArchive({ "templates/config.yaml": configTemplate }, "1.0.0"),
    );
    await test.client.create(secrets, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: "applications", name: "keys" },
      data: { "cosign.pub": "" },
    });
    await test.client.create(
      ociRepositories,
      siteRepository("", {
        ref: { tag: "1.0.0" },
        verify: { provider: "cosign", secretRef: { name: "keys" } },
      }),
    );
    const source = await test.until(ociRepositories, key, isReady);
    expect(source.status?.artifact?.revision).toBe(`1.0.0@${seen[0]}`);
  });

  it.each([
    ["no key", undefined],
    ["a refused signature", { "cosign.pub": "" }],
  ])("32: with %s nothing is pulled and nothing installed", async (_name, data) => {
    test = await openTestFlux({
      verifySignature: async () => ({ verified: false, reason: "it has no signature" }),
    });
    await test.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "site" } });
    if (data !== undefined) {
      await test.client.create(secrets, {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { namespace: "applications", name: "keys" },
        data,
      });
    }
    const digest = await test.registry.push(
      "1.0.0",
      chartLayerType,
      chartArchive({ "templates/config.yaml": configTemplate }),
    );
    const verify = { provider: "cosign", secretRef: { name: "keys" } } as const;
    await test.client.create(ociRepositories, siteRepository(digest, { verify }));
    await test.client.create(helmReleases, helmRelease());
    const refused = await test.until(
      ociRepositories,
      key,
      (object) => conditionOf(object, "SourceVerified")?.status === "False",
    );
    expect(conditionOf(refused, "Ready")).toMatchObject({ status: "False", reason: "VerificationError" });
    expect(refused.status?.artifact).toBeUndefined();
    await test.until(
      helmReleases,
      key,
      (object) => conditionOf(object, "Ready")?.reason === "SourceNotReady",
    );
    expect(await records()).toEqual([]);
  });
});
