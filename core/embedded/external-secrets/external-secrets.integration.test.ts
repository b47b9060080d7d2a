import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openClusters } from "@catalyst/adapter-kubernetes";
import { vaultSecrets } from "@catalyst/adapter-vault";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { soon } from "@catalyst/base/testing/soon";
import { mastersGroup, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openSecrets } from "@catalyst/embedded-secrets";
import { openStore } from "@catalyst/embedded-store";
import {
  clusterSecretStores,
  type ExternalSecret,
  type ExternalStore,
  externalSecrets,
  isSynced,
  secretStores,
} from "@catalyst/ports/external-secrets";
import {
  type ClusterClient,
  customResourceDefinitions,
  events,
  namespaces,
  type Secret,
  secrets,
} from "@catalyst/ports/kubernetes";
import type { SecretStore } from "@catalyst/ports/secrets";
import { inProcess } from "@catalyst/ports/transport";
import { type RunningControllers, runControllers } from "@catalyst/reconciler";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { externalSecretsControllers, externalSecretsDefinitions } from "./index.ts";

const server = "http://vault.test";
const namespace = "applications";
const prefix = "org/acme/env/dev";

describe("External Secrets", () => {
  let folder: string;
  let client: ClusterClient;
  let vault: SecretStore;
  let running: RunningControllers;
  let close: () => Promise<void>;
  let count = 0;
  let name: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "catalyst-external-secrets-"));
    const store = await openStore({ dir: folder });
    const options = { store, clock: systemClock, logger: silentLogger };
    const handler = await openSecrets({
      ...options,
      keyFile: join(folder, "key"),
      authenticate: async (token) => token,
      authorize: (token, { path }) =>
        token === "root" || (token === "reader" && path.startsWith(`${prefix}/`)),
    });
    const openVault = (token: string) =>
      vaultSecrets({ transport: inProcess(handler, { "x-vault-token": token }) });
    vault = openVault("root");
    const kubernetes = await openKubernetes({
      ...options,
      tokens: [{ token: "test", user: { name: "admin", groups: [mastersGroup] } }],
    });
    const clusters = openClusters(
      inProcess(kubernetes.handler, { authorization: "Bearer test" }),
      kubernetes,
    );
    await clusters.ensure("acme-dev");
    client = clusters.client("acme-dev");
    for (const definition of externalSecretsDefinitions)
      await client.create(customResourceDefinitions, definition);
    for (const item of [namespace, "elsewhere"])
      await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: item } });
    running = runControllers({
      clusters,
      controllers: externalSecretsControllers({
        openVault: (address) => {
          expect(address).toMatchObject({ server, mount: "secret" });
          return openVault(address.token);
        },
      }),
      clock: systemClock,
      logger: silentLogger,
    });
    await running.ready();
    await putToken("bao-token", "reader");
    await client.create(secretStores, storeNamed("bao-local", "bao-token"));
    close = async () => {
      await running.stop();
      await kubernetes.close();
      await store.close();
      await rm(folder, { recursive: true });
    };
  });
  afterAll(() => close());
  beforeEach(() => {
    name = `blog-${count++}`;
  });

  async function putToken(secret: string, token: string): Promise<void> {
    const data = { token: Buffer.from(token).toString("base64") };
    const object = { apiVersion: "v1", kind: "Secret", metadata: { name: secret, namespace }, data };
    await client.apply(secrets, object as Secret, { force: true });
  }

  function storeNamed(store: string, token: string): ExternalStore {
    return {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: { name: store, namespace },
      spec: {
        provider: {
          vault: {
            server,
            path: "secret",
            version: "v2",
            auth: { tokenSecretRef: { name: token, key: "token" } },
          },
        },
      },
    };
  }

  function wanting(
    key: string,
    version: string | undefined,
    spec: Partial<ExternalSecret["spec"]> = {},
  ): ExternalSecret {
    return {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name, namespace, labels: { "openova.io/application": name } },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { kind: "SecretStore", name: "bao-local" },
        target: { name: `${name}-made` },
        data: [{ secretKey: "password", remoteRef: { key, property: "value", ...(version && { version }) } }],
        ...spec,
      },
    };
  }

  async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const end = Date.now() + soon.timeout;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`it didn't come about that ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const ready = (reason: string) =>
    until(`${name} says ${reason}`, async () => {
      const object = await client.find(externalSecrets, { namespace, name });
      return object?.status?.conditions?.some((item) => item.type === "Ready" && item.reason === reason)
        ? object
        : undefined;
    });
  const made = (secret = `${name}-made`) => client.find(secrets, { namespace, name: secret });
  const passwordOf = (secret: Secret | undefined) =>
    Buffer.from(secret?.data?.["password"] ?? "", "base64").toString("utf8");

  it("makes a Secret of the version asked for, and of another when another is asked for", async () => {
    const key = `${prefix}/${name}`;
    await vault.write(key, { value: "öne\n" });
    await vault.write(key, { value: "two" });
    await client.create(externalSecrets, wanting(key, "1"));
    const synced = await ready("SecretSynced");
    expect(synced.status).toMatchObject({
      binding: { name: `${name}-made` },
      conditions: [{ type: "Ready", status: "True", message: "secret synced" }],
    });
    expect(isSynced(synced)).toBe(true);
    const secret = await made();
    expect(passwordOf(secret)).toBe("öne\n");
    expect(secret?.metadata).toMatchObject({
      labels: { "openova.io/application": name, "reconcile.external-secrets.io/managed": "true" },
      ownerReferences: [{ kind: "ExternalSecret", name, controller: true }],
    });
    await client.apply(externalSecrets, wanting(key, "2"), { force: true });
    await until("the second is there", async () => passwordOf(await made()) === "two" || undefined);
  });

  it("takes the newest without a version, and looks again at its interval", async () => {
    const key = `${prefix}/${name}`;
    await vault.write(key, { value: "one" });
    await client.create(externalSecrets, wanting(key, undefined, { refreshInterval: "100ms" }));
    await ready("SecretSynced");
    await vault.write(key, { value: "two" });
    await until("the second is there", async () => passwordOf(await made()) === "two" || undefined);
  });

  it("puts back what somebody changed or deleted", async () => {
    const key = `${prefix}/${name}`;
    await vault.write(key, { value: "right" });
    await client.create(externalSecrets, wanting(key, "1"));
    await ready("SecretSynced");
    const at = { namespace, name: `${name}-made` };
    await client.mergePatch(secrets, at, { data: { password: "d3Jvbmc=", more: "eA==" } });
    await until("it is right again", async () => {
      const secret = await made();
      return (passwordOf(secret) === "right" && secret?.data?.["more"] === undefined) || undefined;
    });
    await client.delete(secrets, at);
    await until("it is there again", async () => passwordOf(await made()) === "right" || undefined);
  });

  it("waits for a value that isn't there, says which, and takes it once it is", async () => {
    const key = `${prefix}/${name}`;
    await client.create(externalSecrets, wanting(key, "1"));
    const failed = await ready("SecretSyncedError");
    expect(failed.status?.conditions).toMatchObject([
      { status: "False", message: "could not get secret data from provider" },
    ]);
    expect(isSynced(failed)).toBe(false);
    const { items } = await client.list(events, { namespace });
    const note = items.find(({ involvedObject }) => involvedObject.name === name);
    expect(note).toMatchObject({ type: "Warning", reason: "UpdateFailed" });
    expect(note?.message).toContain(key);
    expect(await made()).toBeUndefined();
    await vault.write(key, { value: "late" });
    await ready("SecretSynced");
    expect(passwordOf(await made())).toBe("late");
  });

  it("keeps the Secret while a later refresh fails", async () => {
    const key = `${prefix}/${name}`;
    await vault.write(key, { value: "kept" });
    await client.create(externalSecrets, wanting(key, undefined, { refreshInterval: "100ms" }));
    await ready("SecretSynced");
    await vault.remove(key);
    const failed = await ready("SecretSyncedError");
    expect(isSynced(failed)).toBe(true);
    expect(passwordOf(await made())).toBe("kept");
  });

  it.each([
    ["another Organization", "org/other/env/dev/x"],
    ["another Environment", "org/acme/env/prod/x"],
  ])("27: reads nothing of %s", async (_whose, key) => {
    await vault.write(key, { value: "not yours" });
    await client.create(externalSecrets, wanting(key, undefined));
    await ready("SecretSyncedError");
    expect(await made()).toBeUndefined();
  });

  it("takes nobody's Secret away", async () => {
    const key = `${prefix}/${name}`;
    await vault.write(key, { value: "mine" });
    await client.create(externalSecrets, wanting(key, "1"));
    await ready("SecretSynced");
    const first = name;
    name = `${name}-thief`;
    await client.create(externalSecrets, wanting(key, "1", { target: { name: `${first}-made` } }));
    const failed = await ready("SecretSyncedError");
    expect(failed.status?.conditions?.[0]?.message).toBe("target is owned by another ExternalSecret");
  });

  it("leaves no Secret behind under an old name", async () => {
    const key = `${prefix}/${name}`;
    await vault.write(key, { value: "moves" });
    await client.create(externalSecrets, wanting(key, "1"));
    await ready("SecretSynced");
    await client.apply(externalSecrets, wanting(key, "1", { target: { name: `${name}-moved` } }), {
      force: true,
    });
    await until("it has moved", async () => passwordOf(await made(`${name}-moved`)) === "moves" || undefined);
    await until("the old one is gone", async () => (await made()) === undefined || undefined);
  });

  it.each([
    ["dataFrom", { dataFrom: [{ extract: { key: "x" } }] }],
    ["target.template", { target: { template: { data: { password: "plain" } } } }],
  ])("refuses %s rather than ignoring it", async (field, spec) => {
    await client.create(externalSecrets, wanting(`${prefix}/x`, undefined, spec as never));
    await ready("SecretSyncedError");
    const { items } = await client.list(events, { namespace });
    const note = items.find(({ involvedObject }) => involvedObject.name === name);
    expect(note?.message).toBe(`spec.${field} is not supported by this cluster`);
  });

  it("says of a store whether it can be used", async () => {
    const reasonOf = (store: string, reason: string) =>
      until(`${store} says ${reason}`, async () => {
        const found = await client.find(secretStores, { namespace, name: store });
        return found?.status?.conditions?.some((item) => item.reason === reason) || undefined;
      });
    await reasonOf("bao-local", "Valid");
    await client.create(secretStores, storeNamed("late", "late-token"));
    await reasonOf("late", "InvalidProviderConfig");
    await putToken("late-token", "reader");
    await reasonOf("late", "Valid");
  });

  it("27: keeps a ClusterSecretStore from namespaces it isn't for", async () => {
    const key = `${prefix}/${name}`;
    await vault.write(key, { value: "elsewhere's" });
    const { spec } = storeNamed("shared", "bao-token");
    const vaultOf = spec.provider?.vault ?? { server };
    const auth = { tokenSecretRef: { name: "bao-token", key: "token", namespace } };
    const store = { ...storeNamed("shared", "bao-token"), kind: "ClusterSecretStore" };
    const conditions = [{ namespaces: ["elsewhere"] }];
    await client.create(clusterSecretStores, {
      ...store,
      metadata: { name: "shared" },
      spec: { provider: { vault: { ...vaultOf, auth } }, conditions },
    });
    const shared = { secretStoreRef: { kind: "ClusterSecretStore", name: "shared" } } as const;
    await client.create(externalSecrets, wanting(key, "1", shared));
    await ready("SecretSyncedError");
    expect(await made()).toBeUndefined();
    const there = wanting(key, "1", shared);
    await client.create(externalSecrets, { ...there, metadata: { name, namespace: "elsewhere" } });
    await until("the other namespace has it", async () =>
      client.find(secrets, { namespace: "elsewhere", name: `${name}-made` }),
    );
  });
});
