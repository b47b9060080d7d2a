import type { GitRepository, Kustomization } from "@catalyst/ports/flux";
import { gitRepositories, kustomizations } from "@catalyst/ports/flux";
import { configMaps, events, type KubeObject, pods, secrets } from "@catalyst/ports/kubernetes";
import { afterEach, describe, expect, it } from "vitest";
import { openTestFlux, type TestFlux } from "./testing/open-test-flux.ts";

let test: TestFlux;
afterEach(() => test.close());

const sourceKey = { namespace: "flux-system", name: "environment" };
const kustomizationKey = { namespace: "flux-system", name: "applications" };

const source: GitRepository = {
  apiVersion: "source.toolkit.fluxcd.io/v1",
  kind: "GitRepository",
  metadata: sourceKey,
  spec: { url: "http://git.test/acme/acme-prod.git", interval: "10m", ref: { branch: "main" } },
};

const kustomization = (spec: Partial<Kustomization["spec"]> = {}): Kustomization => ({
  apiVersion: "kustomize.toolkit.fluxcd.io/v1",
  kind: "Kustomization",
  metadata: kustomizationKey,
  spec: {
    interval: "10m",
    path: "./applications",
    prune: true,
    targetNamespace: "applications",
    sourceRef: { kind: "GitRepository", name: "environment" },
    ...spec,
  },
});

const config = (name: string, value: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {value: ${JSON.stringify(value)}}\n`;

const conditionOf = (object: KubeObject | undefined, type: string) =>
  (
    object?.status as { conditions?: { type: string; status: string; reason: string; message: string }[] }
  )?.conditions?.find((condition) => condition.type === type);

const readyAt = (revision: string) => (object: KubeObject | undefined) => {
  const ready = conditionOf(object, "Ready");
  return ready?.status === "True" && ready.message.includes(revision);
};

const pushed = () =>
  test.flux.requestReconcile(test.running, { cluster: "acme-prod", kind: "GitRepository", ...sourceKey });

async function installed(files: Record<string, string>, spec: Partial<Kustomization["spec"]> = {}) {
  test = await openTestFlux();
  const commit = test.git.commit(files);
  await test.client.create(gitRepositories, source);
  await test.client.create(kustomizations, kustomization(spec));
  return commit;
}

describe("a commit", () => {
  it("becomes an artifact and then objects in the cluster", async () => {
    const commit = await installed({ "applications/a/a.yaml": config("a", "1"), "readme.md": "words" });
    const applied = await test.until(kustomizations, kustomizationKey, readyAt(commit));
    expect(conditionOf(applied, "Ready")).toMatchObject({
      reason: "ReconciliationSucceeded",
      message: `Applied revision: main@sha1:${commit}`,
    });
    expect(applied.status?.inventory?.entries).toEqual([{ id: "applications_a__ConfigMap", v: "v1" }]);
    expect(applied.status).toMatchObject({
      observedGeneration: 1,
      lastAppliedRevision: `main@sha1:${commit}`,
    });
    const repository = await test.client.get(gitRepositories, sourceKey);
    expect(conditionOf(repository, "Ready")).toMatchObject({
      status: "True",
      reason: "Succeeded",
      message: `stored artifact for revision 'main@sha1:${commit}'`,
    });
    expect(repository.status?.artifact).toMatchObject({
      path: `gitrepository/flux-system/environment/${commit}.tar.gz`,
      revision: `main@sha1:${commit}`,
    });
    const object = await test.client.get(configMaps, { namespace: "applications", name: "a" });
    expect(object.metadata.labels).toMatchObject({
      "kustomize.toolkit.fluxcd.io/name": "applications",
      "kustomize.toolkit.fluxcd.io/namespace": "flux-system",
    });
  });

  it("that changes one of many files reads that file and applies that object alone", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`applications/a${n}/a.yaml`, config(`a${n}`, "1")]),
    );
    await test?.close().catch(() => undefined);
    const first = await installed(files);
    await test.until(kustomizations, kustomizationKey, readyAt(first));
    const before = await test.client.list(configMaps, { namespace: "applications" });
    const read = test.git.blobsRead;
    const second = test.git.commit({ ...files, "applications/a7/a.yaml": config("a7", "2") });
    pushed();
    await test.until(kustomizations, kustomizationKey, readyAt(second));
    expect(test.git.blobsRead - read).toBe(1);
    const after = await test.client.list(configMaps, { namespace: "applications" });
    const changed = after.items.filter(
      (item) =>
        before.items.find((old) => old.metadata.name === item.metadata.name)?.metadata.resourceVersion !==
        item.metadata.resourceVersion,
    );
    expect(changed.map((item) => item.metadata.name)).toEqual(["a7"]);
  });

  it("that drops a file prunes its object, unless that says otherwise", async () => {
    const kept = config("b", "1").replace(
      "{name: b}",
      "{name: b, annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}",
    );
    const first = await installed({ "applications/a.yaml": config("a", "1"), "applications/b.yaml": kept });
    await test.until(kustomizations, kustomizationKey, readyAt(first));
    const second = test.git.commit({ "applications/c.yaml": config("c", "1") });
    pushed();
    await test.until(kustomizations, kustomizationKey, readyAt(second));
    const left = await test.client.list(configMaps, { namespace: "applications" });
    expect(left.items.map((item) => item.metadata.name).filter((name) => name.length === 1)).toEqual([
      "b",
      "c",
    ]);
  });

  it("that the server refuses in part is not applied at all, and says what is wrong", async () => {
    await installed({
      "applications/a.yaml": config("a", "1"),
      "applications/b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Not_A_Name}\n",
    });
    const failed = await test.until(
      kustomizations,
      kustomizationKey,
      (object) => conditionOf(object, "Ready")?.reason === "ReconciliationFailed",
    );
    expect(conditionOf(failed, "Ready")?.message).toMatch(
      /^ConfigMap\/applications\/Not_A_Name dry-run failed \(Invalid\): /,
    );
    expect(await test.client.find(configMaps, { namespace: "applications", name: "a" })).toBeUndefined();
  });

  it("that isn't YAML says in which file and line", async () => {
    await installed({ "applications/a.yaml": "a: [\n" });
    const failed = await test.until(
      kustomizations,
      kustomizationKey,
      (object) => conditionOf(object, "Ready")?.reason === "BuildFailed",
    );
    expect(conditionOf(failed, "Ready")?.message).toMatch(
      /^kustomize build failed: applications\/a\.yaml:\d+: /,
    );
  });
});

describe("a Kustomization", () => {
  it("waits for its source and its dependency", async () => {
    test = await openTestFlux();
    const dependent = {
      ...kustomization({ dependsOn: [{ name: "applications" }], path: "./later" }),
      metadata: { namespace: "flux-system", name: "later" },
    };
    await test.client.create(kustomizations, dependent);
    await test.client.create(kustomizations, kustomization());
    await test.until(
      kustomizations,
      kustomizationKey,
      (object) => conditionOf(object, "Ready")?.reason === "ArtifactFailed",
    );
    const commit = test.git.commit({
      "applications/a.yaml": config("a", "1"),
      "later/b.yaml": config("b", "1"),
    });
    await test.client.create(gitRepositories, source);
    const later = await test.until(kustomizations, dependent.metadata, readyAt(commit));
    const first = await test.client.get(kustomizations, kustomizationKey);
    expect(conditionOf(first, "Ready")?.status).toBe("True");
    expect(later.status?.lastAppliedRevision).toBe(first.status?.lastAppliedRevision);
  });

  it("takes its objects with it when it is deleted", async () => {
    const commit = await installed({ "applications/a.yaml": config("a", "1") });
    await test.until(kustomizations, kustomizationKey, readyAt(commit));
    await test.client.delete(kustomizations, kustomizationKey);
    await test.until(kustomizations, kustomizationKey, (object) => object === undefined);
    expect(await test.client.find(configMaps, { namespace: "applications", name: "a" })).toBeUndefined();
  });

  it("does nothing while suspended, and what was asked once resumed", async () => {
    const first = await installed({ "applications/a.yaml": config("a", "1") });
    await test.until(kustomizations, kustomizationKey, readyAt(first));
    await test.client.mergePatch(kustomizations, kustomizationKey, { spec: { suspend: true } });
    const second = test.git.commit({ "applications/a.yaml": config("a", "2") });
    pushed();
    await test.until(gitRepositories, sourceKey, readyAt(second));
    expect((await test.client.get(kustomizations, kustomizationKey)).status?.lastAppliedRevision).toContain(
      first,
    );
    await test.client.mergePatch(kustomizations, kustomizationKey, { spec: { suspend: false } });
    await test.until(kustomizations, kustomizationKey, readyAt(second));
  });

  it("undoes what others changed when a reconcile is asked for, and says which request it handled", async () => {
    const commit = await installed({ "applications/a.yaml": config("a", "1") });
    await test.until(kustomizations, kustomizationKey, readyAt(commit));
    const key = { namespace: "applications", name: "a" };
    await test.client.mergePatch(configMaps, key, { data: { value: "other" } });
    await test.client.mergePatch(kustomizations, kustomizationKey, {
      metadata: { annotations: { "reconcile.fluxcd.io/requestedAt": "now" } },
    });
    await test.until(
      kustomizations,
      kustomizationKey,
      (object) => object?.status?.lastHandledReconcileAt === "now",
    );
    expect((await test.client.get(configMaps, key)).data).toEqual({ value: "1" });
  });

  it.each(["serviceAccountName", "kubeConfig", "decryption"])(
    "security case 14: refuses spec.%s rather than applying with other rights",
    async (field) => {
      const value =
        field === "serviceAccountName"
          ? "weak"
          : field === "decryption"
            ? { provider: "sops" }
            : { secretRef: { name: "x" } };
      await installed({ "applications/a.yaml": config("a", "1") }, { [field]: value });
      const refused = await test.until(
        kustomizations,
        kustomizationKey,
        (object) => conditionOf(object, "Stalled")?.status === "True",
      );
      expect(conditionOf(refused, "Ready")?.message).toContain(`spec.${field}`);
      expect(await test.client.find(configMaps, { namespace: "applications", name: "a" })).toBeUndefined();
    },
  );
});

describe("a Kustomization's own changes", () => {
  it("are laid over what the folder holds: patches, names, images and variables", async () => {
    test = await openTestFlux();
    const commit = test.git.commit({
      "applications/a.yaml": config("a", "${greeting:=none} ${place}"),
      "applications/pod.yaml":
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: nginx}]}\n",
    });
    await test.client.create(gitRepositories, source);
    const data = { place: Buffer.from("world\n").toString("base64") };
    await test.client.create(secrets, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: "flux-system", name: "values" },
      data,
    });
    await test.client.create(
      kustomizations,
      kustomization({
        namePrefix: "x-",
        images: [{ name: "nginx", newTag: "1.27" }],
        patches: [
          { target: { kind: "ConfigMap" }, patch: '[{"op": "add", "path": "/data/more", "value": "yes"}]' },
        ],
        postBuild: {
          substitute: { greeting: "hello" },
          substituteFrom: [
            { kind: "Secret", name: "values" },
            { kind: "ConfigMap", name: "absent", optional: true },
          ],
        },
      }),
    );
    await test.until(kustomizations, kustomizationKey, readyAt(commit));
    const object = await test.client.get(configMaps, { namespace: "applications", name: "x-a" });
    expect(object.data).toEqual({ value: "hello world", more: "yes" });
    const pod = await test.client.get(pods, { namespace: "applications", name: "x-p" });
    expect(pod.spec.containers[0]?.image).toBe("nginx:1.27");
  });
});

describe("a GitRepository", () => {
  it("says why it can't be read, and records it as an event", async () => {
    test = await openTestFlux();
    test.git.commit({ "a.yaml": "" }, "first", "other");
    await test.client.create(gitRepositories, source);
    const failed = await test.until(
      gitRepositories,
      sourceKey,
      (object) => conditionOf(object, "Ready")?.status === "False",
    );
    expect(conditionOf(failed, "FetchFailed")).toMatchObject({
      status: "True",
      reason: "GitOperationFailed",
    });
    expect(conditionOf(failed, "Ready")?.message).toContain(`couldn't find remote ref "refs/heads/main"`);
    const recorded = await test.client.list(events, { namespace: "flux-system" });
    expect(recorded.items.map((event) => event.reason)).toContain("GitOperationFailed");
  });
});

describe("artifacts", () => {
  it("are served at the address in the status, and nowhere else", async () => {
    const commit = await installed({ "applications/a.yaml": config("a", "1") });
    const { status } = await test.until(gitRepositories, sourceKey, readyAt(commit));
    const path = new URL(status?.artifact?.url ?? "").pathname;
    const get = (at: string) => test.flux.artifactHandler({ method: "GET", path: at, headers: {} });
    expect((await get(path)).status).toBe(200);
    expect((await get(path.replace("acme-prod", "other"))).status).toBe(404);
    expect((await get(path.replace(/^\/[0-9a-f]+/, "/0123456789abcdef"))).status).toBe(404);
    expect((await get(path.replace("gitrepository", ".."))).status).toBe(404);
  });
});
