import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClusterEvent, ClusterName, Clusters, PatchFormat, WatchEvent } from "./client.ts";
import { isKubernetesError } from "./errors.ts";
import type { KubeObject } from "./object.ts";
import {
  type ConfigMap,
  configMaps,
  customResourceDefinitions,
  namespaces,
  pods,
  services,
} from "./resources.ts";

/** An implementation under test, and how to end it. */
export interface OpenedClusters {
  readonly clusters: Clusters;
  close(): Promise<void>;
}

const cluster: ClusterName = "contract-dev";
const namespace = "default";
const unknownType = {
  group: "nowhere.example",
  version: "v1",
  kind: "Nothing",
  plural: "nothings",
  namespaced: true,
};

const thingDefinition: KubeObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "things.things.example" },
  spec: {
    group: "things.example",
    scope: "Namespaced",
    names: { kind: "Thing", listKind: "ThingList", plural: "things", singular: "thing" },
    versions: [
      { name: "v1beta2", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } },
    ],
  },
};

function configMap(name: string, data: Readonly<Record<string, string>> = {}): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "none";
  } catch (error) {
    return isKubernetesError(error) ? error.code : `not a KubernetesError: ${error}`;
  }
}

/** What every implementation of Clusters and of its clients does; the server behind starts empty. */
export function clustersContract(name: string, open: () => Promise<OpenedClusters>): void {
  describe(`${name}: clusters`, () => {
    let opened: OpenedClusters;
    beforeAll(async () => {
      opened = await open();
      await opened.clusters.ensure(cluster);
    });
    afterAll(() => opened.close());
    const client = () => opened.clusters.client(cluster);

    readsAndWrites(client);
    watches(client);
    manyClusters(() => opened.clusters);
  });
}

type Client = () => ReturnType<Clusters["client"]>;

function readsAndWrites(client: Client): void {
  test("an object is created, read, replaced, patched and deleted", async () => {
    const created = await client().create(configMaps, configMap("life", { a: "1" }));
    expect(created.metadata.uid).toBeTruthy();
    expect(await client().get(configMaps, { namespace, name: "life" })).toEqual(created);
    const updated = await client().update(configMaps, { ...created, data: { a: "2" } });
    expect(updated.data).toEqual({ a: "2" });
    const key = { namespace, name: "life" };
    const patched = await client().mergePatch<ConfigMap>(configMaps, key, { data: { a: null, b: "3" } });
    expect(patched.data).toEqual({ b: "3" });
    expect(await client().delete(configMaps, key)).toBe(true);
    expect(await client().find(configMaps, key)).toBeUndefined();
    expect(await client().delete(configMaps, key)).toBe(false);
  });

  test("lists of metadata hold nothing else, page by page", async () => {
    for (const name of ["meta-1", "meta-2"]) {
      const metadata = { name, namespace, labels: { listed: "metadata" } };
      await client().create(configMaps, { ...configMap(name, { a: "b" }), metadata });
    }
    const options = { namespace, labelSelector: "listed=metadata", limit: 1 };
    const first = await client().listMetadata(configMaps, options);
    const second = await client().listMetadata(configMaps, { ...options, continue: first.continue });
    const items = [...first.items, ...second.items];
    expect(items.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      "ConfigMap meta-1",
      "ConfigMap meta-2",
    ]);
    expect(items.map((item) => Object.keys(item).sort())).toEqual(
      items.map(() => ["apiVersion", "kind", "metadata"]),
    );
    expect(second.continue).toBeUndefined();
  });

  test("refusals are told apart", async () => {
    const first = await client().create(configMaps, configMap("refused"));
    await client().update(configMaps, { ...first, data: { a: "1" } });
    const key = { namespace, name: "refused" };
    const codes = {
      missing: await codeOf(client().get(configMaps, { namespace, name: "absent" })),
      taken: await codeOf(client().create(configMaps, configMap("refused"))),
      stale: await codeOf(client().update(configMaps, first)),
      invalid: await codeOf(client().create(configMaps, configMap("Not_A_Name"))),
      unknown: await codeOf(client().list(unknownType)),
      otherUid: await codeOf(client().delete(configMaps, key, { uid: "another" })),
    };
    expect(codes).toEqual({
      missing: "kubernetes-not-found",
      taken: "kubernetes-already-exists",
      stale: "kubernetes-conflict",
      invalid: "kubernetes-invalid",
      unknown: "kubernetes-unknown-kind",
      otherUid: "kubernetes-conflict",
    });
    expect(await client().find(unknownType, key)).toBeUndefined();
  });

  test("applying takes fields, gives back what it no longer names, and asks before taking another's", async () => {
    const apply = (data: Readonly<Record<string, string>>, fieldManager: string, force = false) =>
      client().apply(configMaps, configMap("applied", data), { fieldManager, force });
    await apply({ mine: "1", also: "1" }, "one");
    await apply({ theirs: "1" }, "two");
    expect((await apply({ mine: "2" }, "one")).data).toEqual({ mine: "2", theirs: "1" });
    expect(await codeOf(apply({ theirs: "2" }, "one"))).toBe("kubernetes-conflict");
    expect((await apply({ mine: "2", theirs: "2" }, "one", true)).data).toEqual({ mine: "2", theirs: "2" });
  });

  test("a patch is read as its format says", async () => {
    const spec = { selector: { app: "a" }, ports: [{ name: "http", port: 80 }] };
    const metadata = { name: "patched", namespace };
    await client().create(services, { apiVersion: "v1", kind: "Service", metadata, spec });
    const ports = async (format: PatchFormat, patch: unknown) => {
      const patched = await client().patch(services, metadata, format, patch);
      return patched.spec?.ports?.map(({ name }) => name);
    };
    const https = { name: "https", port: 443 };
    expect(await ports("strategic", { spec: { ports: [https] } })).toEqual(["https", "http"]);
    expect(await ports("json", [{ op: "remove", path: "/spec/ports/1" }])).toEqual(["https"]);
    expect(await ports("merge", { spec: { ports: [{ name: "http", port: 80 }] } })).toEqual(["http"]);
  });

  test("an unknown field is refused when it shall be", async () => {
    const strange = { ...configMap("strange"), strange: "field" };
    const write = client().create(configMaps, strange, { fieldValidation: "Strict" });
    expect(await codeOf(write)).toBe("kubernetes-invalid");
    expect(await client().find(configMaps, { namespace, name: "strange" })).toBeUndefined();
  });

  test("a dry run changes nothing", async () => {
    await client().create(configMaps, configMap("tried"), { dryRun: true });
    expect(await client().find(configMaps, { namespace, name: "tried" })).toBeUndefined();
  });

  test("a status is written apart from the rest", async () => {
    const spec = { containers: [{ name: "c", image: "i:1" }] };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "apart", namespace }, spec };
    const created = await client().create(pods, { ...pod, status: { phase: "Running" } });
    expect(created.status?.phase).not.toBe("Running");
    const message = "by the contract";
    const written = await client().updateStatus(pods, { ...created, status: { ...created.status, message } });
    expect(written.status?.message).toBe(message);
  });

  test("a list is selected by labels and goes on page by page, with the type on each item", async () => {
    for (const name of ["page-a", "page-b", "page-c"]) {
      const object = configMap(name);
      await client().create(configMaps, {
        ...object,
        metadata: { ...object.metadata, labels: { page: "yes" } },
      });
    }
    const options = { namespace, labelSelector: "page=yes", limit: 2 };
    const first = await client().list(configMaps, options);
    const second = await client().list(configMaps, { ...options, continue: first.continue });
    const names = [...first.items, ...second.items].map((item) => `${item.kind} ${item.metadata.name}`);
    expect(names).toEqual(["ConfigMap page-a", "ConfigMap page-b", "ConfigMap page-c"]);
    expect(second.continue).toBeUndefined();
  });

  test("discovery finds how a kind is served", async () => {
    expect(await client().resourceType("apps/v1", "Deployment")).toMatchObject({
      plural: "deployments",
      namespaced: true,
    });
    expect(await client().resourceType("v1", "Namespace")).toMatchObject({ namespaced: false });
    expect(await client().resourceType("nowhere.example/v1", "Nothing")).toBeUndefined();
  });

  test.each([
    ["a place above it", "../../api/v1", "ConfigMap"],
    ["the place above it", "..", "Namespace"],
    ["a query", "v1?as=Table", "ConfigMap"],
    ["a fragment", "v1#", "ConfigMap"],
    ["an encoded slash", "apps%2Fv1", "Deployment"],
    ["what isn't a version", "v1/namespaces", "Namespace"],
    ["a place below a version", "apps/v1/namespaces/default", "Deployment"],
    ["a slash at the end", "apps/", "Deployment"],
    ["nothing", "", "ConfigMap"],
  ])("discovery finds no kind in an apiVersion that is %s", async (_what, apiVersion, kind) => {
    expect(await client().resourceType(apiVersion, kind)).toBeUndefined();
  });

  test.each([
    ["..", "invalid resource name \"..\": [may not be '..']"],
    [".", "invalid resource name \".\": [may not be '.']"],
    ["a/b", "invalid resource name \"a/b\": [may not contain '/']"],
    ["a/%2e", "invalid resource name \"a/%2e\": [may not contain '/' may not contain '%']"],
    ["", "resource name may not be empty"],
  ])("an object called %j is refused as no name of a path", async (name, message) => {
    const key = { namespace, name };
    const object = { ...configMap(name), metadata: key };
    for (const asked of [
      () => client().find(configMaps, key),
      () => client().delete(configMaps, key),
      () => client().update(configMaps, object),
      () => client().apply(configMaps, object),
      () => client().mergePatch(configMaps, key, {}),
    ])
      await expect(asked()).rejects.toMatchObject({ code: "kubernetes-invalid", message });
  });

  test.each(["..", "a/b"])("a namespace called %j is refused as no name of a path", async (name) => {
    const object = { ...configMap("any"), metadata: { name: "any", namespace: name } };
    for (const asked of [
      () => client().list(configMaps, { namespace: name }),
      () => client().find(configMaps, object.metadata),
      () => client().create(configMaps, object),
    ])
      await expect(asked()).rejects.toMatchObject({
        code: "kubernetes-invalid",
        message: expect.stringContaining(`invalid namespace "${name}": [may not`),
      });
  });

  test("what is served is told with its versions and kinds, and what was just defined among it", async () => {
    const before = await client().served();
    expect(before.version.gitVersion).toMatch(/^v1\.\d+\.\d+/);
    const known = ["v1", "v1/Secret", "apps/v1", "apps/v1/Deployment", "apps/v1/Scale"];
    expect(before.apiVersions).toEqual(expect.arrayContaining(known));
    expect(before.apiVersions).toEqual([...new Set(before.apiVersions)].sort());
    expect(before.apiVersions.filter((name) => name.startsWith("things.example"))).toEqual([]);
    await client().create(customResourceDefinitions, thingDefinition);
    await expect
      .poll(async () => (await client().served()).apiVersions)
      .toEqual(expect.arrayContaining(["things.example/v1beta2", "things.example/v1beta2/Thing"]));
    await client().delete(customResourceDefinitions, thingDefinition.metadata);
  });
}

function watches(client: Client): void {
  async function take(
    watch: AsyncIterable<WatchEvent<ConfigMap>>,
    until: (event: WatchEvent<ConfigMap>) => boolean,
  ): Promise<readonly WatchEvent<ConfigMap>[]> {
    const events: WatchEvent<ConfigMap>[] = [];
    for await (const event of watch) {
      events.push(event);
      if (until(event)) return events;
    }
    return events;
  }

  test("a watch without a version begins with what is there and says when that is complete", async () => {
    await client().create(configMaps, configMap("seen"));
    const signal = AbortSignal.timeout(10_000);
    const events = await take(
      client().watch(configMaps, { namespace, signal }),
      (event) => event.type === "BOOKMARK" && event.initial,
    );
    const names = events.flatMap((event) => (event.type === "ADDED" ? [event.object.metadata.name] : []));
    expect(names).toContain("seen");
    expect(events.at(-1)).toMatchObject({ type: "BOOKMARK", initial: true });
  });

  test("a watch from a version gives what came after it, in order", async () => {
    const { resourceVersion } = await client().list(configMaps, { namespace });
    const created = await client().create(configMaps, configMap("followed"));
    await client().update(configMaps, { ...created, data: { a: "1" } });
    await client().delete(configMaps, { namespace, name: "followed" });
    const signal = AbortSignal.timeout(10_000);
    const events = await take(
      client().watch(configMaps, { namespace, resourceVersion, signal }),
      (event) => event.type === "DELETED",
    );
    expect(events.map((event) => event.type).filter((type) => type !== "BOOKMARK")).toEqual([
      "ADDED",
      "MODIFIED",
      "DELETED",
    ]);
  });

  test("a watch ends when its signal aborts", async () => {
    const abort = new AbortController();
    for await (const event of client().watch(configMaps, { namespace, signal: abort.signal }))
      if (event.type === "BOOKMARK") abort.abort();
  });
}

function manyClusters(clusters: () => Clusters): void {
  test("clusters know nothing of each other; one made again is empty", async () => {
    const other = "contract-stg";
    await clusters().ensure(other);
    await clusters().ensure(other);
    expect(await clusters().names()).toEqual(expect.arrayContaining(["management", cluster, other]));
    await clusters().client(other).create(configMaps, configMap("apart"));
    expect(await clusters().client(cluster).find(configMaps, { namespace, name: "apart" })).toBeUndefined();
    await clusters().remove(other);
    await clusters().remove(other);
    expect(await clusters().names()).not.toContain(other);
    await clusters().ensure(other);
    expect(await clusters().client(other).find(configMaps, { namespace, name: "apart" })).toBeUndefined();
  });

  test("one watch sees all clusters, those to come too", async () => {
    const abort = new AbortController();
    const later = "contract-uat";
    const seen: ClusterEvent<KubeObject>[] = [];
    for await (const event of clusters().watchAll(namespaces, abort.signal)) {
      seen.push(event);
      if (event.type === "synced") await clusters().ensure(later);
      if ("cluster" in event && event.cluster === later && event.object.metadata.name === "default")
        abort.abort();
    }
    const before = seen.slice(
      0,
      seen.findIndex((event) => event.type === "synced"),
    );
    expect(before.some((event) => "cluster" in event && event.cluster === cluster)).toBe(true);
    expect(before.some((event) => "cluster" in event && event.cluster === later)).toBe(false);
  });
}
