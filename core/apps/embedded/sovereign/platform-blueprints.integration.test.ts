import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { chartFolder, filesBelow, readFolder } from "@catalyst/blueprint/folder";
import { withStandIns } from "@catalyst/blueprint/testing";
import { loadChart, renderChart } from "@catalyst/charts";
import { mastersGroup, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore } from "@catalyst/embedded-store";
import { afterAll, beforeAll, expect, test } from "vitest";

const platform = join(import.meta.dirname, "../../../../platform");
const dir = mkdtempSync(join(tmpdir(), "catalyst-platform-"));
let store: Awaited<ReturnType<typeof openStore>>;
let kubernetes: Awaited<ReturnType<typeof openKubernetes>>;

beforeAll(async () => {
  store = await openStore({ dir });
  kubernetes = await openKubernetes({
    store,
    clock: systemClock,
    logger: silentLogger,
    tokens: [{ token: "own", user: { name: "own", groups: [mastersGroup] } }],
  });
});
afterAll(async () => {
  await kubernetes.close();
  await store.close();
  rmSync(dir, { recursive: true });
});

const resources: Readonly<Record<string, string>> = { Ingress: "ingresses" };
const clusterScoped = new Set(["ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"]);

/** What the API server says of each object of a chart, tried only, that it doesn't take. */
async function refusals(component: string): Promise<readonly string[]> {
  const chart = loadChart(filesBelow(withStandIns(await readFolder(join(platform, component))), chartFolder));
  const { manifests } = renderChart({ chart, release: { name: "app", namespace: "default" } });
  const answers = manifests.map(async ({ kind, apiVersion, content }) => {
    const root = apiVersion.includes("/") ? "apis" : "api";
    const resource = resources[kind] ?? `${kind.toLowerCase()}s`;
    const place = clusterScoped.has(kind) ? "" : "namespaces/default/";
    const response = await kubernetes.handler({
      method: "POST",
      path: `/${root}/${apiVersion}/${place}${resource}?dryRun=All&fieldValidation=Strict`,
      headers: { authorization: "Bearer own", "content-type": "application/yaml" },
      body: Buffer.from(content),
    });
    const { message } = (response.json ?? {}) as { readonly message?: string };
    return response.status === 201 ? [] : [`${response.status} ${kind}: ${message}`];
  });
  return (await Promise.all(answers)).flat();
}

test.each(readdirSync(platform))("%s: an API server takes every object of it", async (component) => {
  expect(await refusals(component)).toEqual([]);
});
