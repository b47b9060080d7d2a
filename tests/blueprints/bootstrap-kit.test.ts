import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import { silentLogger } from "@catalyst/base/logger";
import { parseYamlStream } from "@catalyst/base/yaml";
import { chartFolder, filesBelow, readFolder } from "@catalyst/blueprint/folder";
import { withStandIns } from "@catalyst/blueprint/testing";
import { loadChart, renderChart } from "@catalyst/charts";
import { fluxDefinitions, unreconciledFluxDefinitions } from "@catalyst/embedded-flux";
import { mastersGroup, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore } from "@catalyst/embedded-store";
import { type KubeResource, substituteVariables } from "@catalyst/kustomize";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bootstrapKit } from "./lockstep.ts";

const checkout = resolve(import.meta.dirname, "../..");
const kit = join(checkout, bootstrapKit);
const folder = mkdtempSync(join(tmpdir(), "catalyst-kit-"));
let store: Awaited<ReturnType<typeof openStore>>;
let kubernetes: Awaited<ReturnType<typeof openKubernetes>>;

type Fields = Readonly<Record<string, unknown>>;

beforeAll(async () => {
  store = await openStore({ dir: folder });
  kubernetes = await openKubernetes({
    store,
    clock: systemClock,
    logger: silentLogger,
    tokens: [{ token: "own", user: { name: "own", groups: [mastersGroup] } }],
  });
  for (const definition of [...fluxDefinitions, ...unreconciledFluxDefinitions])
    expect(await create(definition)).toBeUndefined();
});
afterAll(async () => {
  await kubernetes.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const resources: Readonly<Record<string, string>> = { HelmRepository: "helmrepositories" };
const clusterScoped = new Set(["CustomResourceDefinition", "Namespace"]);

/** Creates an object as strictly as the API server can; gives its words when it refuses. */
async function create(object: KubeObject): Promise<string | undefined> {
  const { apiVersion, kind, metadata } = object;
  const root = apiVersion.includes("/") ? "apis" : "api";
  const place = clusterScoped.has(kind) ? "" : `namespaces/${metadata.namespace}/`;
  const resource = resources[kind] ?? `${kind.toLowerCase()}s`;
  const answer = await kubernetes.handler({
    method: "POST",
    path: `/${root}/${apiVersion}/${place}${resource}?fieldValidation=Strict`,
    headers: { authorization: "Bearer own", "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(object)),
  });
  const { message } = (answer.json ?? {}) as { readonly message?: string };
  return answer.status === 201 ? undefined : `${answer.status} ${kind}: ${message}`;
}

/** The objects of a file of the kit as Flux applies them. */
function objectsOf(file: string, variables: Readonly<Record<string, string>>): KubeObject[] {
  return parseYamlStream(readFileSync(join(kit, file), "utf8"), { file }).map(({ value }) =>
    substituteVariables(value as KubeResource, variables),
  ) as KubeObject[];
}

const domain = { SOVEREIGN_FQDN: "acme.example" };

test.each(readdirSync(kit))("%s: an API server with Flux's kinds takes every object of it", async (file) => {
  for (const object of objectsOf(file, domain)) expect(await create(object)).toBeUndefined();
});

describe("03-flux.yaml", () => {
  const release = (variables: Readonly<Record<string, string>>) =>
    objectsOf("03-flux.yaml", variables).find(({ kind }) => kind === "HelmRelease") as unknown as {
      readonly spec: {
        readonly values: Fields;
        readonly install: unknown;
        readonly upgrade: unknown;
      };
    };

  test.each([
    ["the public registry", {}, "ghcr.io/openova-io"],
    [
      "a registry of its own",
      { CATALYST_REGISTRY: "registry.acme.example/catalyst" },
      "registry.acme.example/catalyst",
    ],
  ])("pulls from %s: the chart, and the image of the recovery", async (_title, more, registry) => {
    const objects = objectsOf("03-flux.yaml", { ...domain, ...more });
    expect(objects.find(({ kind }) => kind === "HelmRepository")).toMatchObject({
      spec: { url: `oci://${registry}` },
    });
    const files = withStandIns(await readFolder(join(checkout, "platform/flux")));
    const { manifests } = renderChart({
      chart: loadChart(filesBelow(files, chartFolder)),
      values: release({ ...domain, ...more }).spec.values,
      release: { name: "flux", namespace: "flux-system" },
    });
    const job = manifests.find(({ kind }) => kind === "CronJob")?.content ?? "";
    expect(job).toContain(`image: "${registry}/catalyst:`);
    expect(job).toContain("- name: ghcr-pull");
  });

  test("never undoes an install: that would uninstall the Flux it took over", () => {
    expect(release(domain).spec.install).toMatchObject({ remediation: { retries: 0 }, disableWait: true });
    expect(release(domain).spec.upgrade).toMatchObject({
      remediation: { strategy: "rollback" },
      disableWait: true,
    });
  });
});
