import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openClusters } from "@catalyst/adapter-kubernetes";
import { systemClock } from "@catalyst/base/clock";
import { digestOf } from "@catalyst/base/digest";
import { inTurns } from "@catalyst/base/jobs";
import { silentLogger } from "@catalyst/base/logger";
import type { Catalog, CatalogRelease } from "@catalyst/blueprint/catalog";
import { planChange, readEnvironmentTree } from "@catalyst/blueprint/plan";
import { planJobs } from "@catalyst/blueprint/work";
import { loadChart, packageChart } from "@catalyst/charts";
import { clusterGroup, memberBindings } from "@catalyst/controllers/environment";
import { type KubernetesServer, mastersGroup, openKubernetes } from "@catalyst/embedded-kubernetes";
import { openStore, type Store } from "@catalyst/embedded-store";
import {
  type Clusters,
  type ClusterUser,
  configMaps,
  customResourceDefinitions,
  namespaces,
  secrets,
} from "@catalyst/ports/kubernetes";
import { inProcess } from "@catalyst/ports/transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packedCharts } from "./packed-charts.ts";
import { releaseRenderer } from "./rendering.ts";

const token = "token-of-the-tests";
const password = "correct-horse-battery";
const developer: ClusterUser = { name: "dora", groups: [clusterGroup("org-developer", "write")] };
const reader: ClusterUser = { name: "dora", groups: [clusterGroup("org-developer", "read")] };
const viewer: ClusterUser = { name: "vic", groups: [clusterGroup("org-viewer", "write")] };
const admin: ClusterUser = { name: "root", groups: [mastersGroup] };

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

const document = `apiVersion: catalyst.openova.io/v1alpha1
kind: Application
metadata:
  name: site
spec:
  blueprint:
    name: bp-site
    version: 1.0.0
    digest: ${release.digest}
`;

let folder: string;
let store: Store;
let kubernetes: KubernetesServer;
let clusters: Clusters;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "catalyst-plan-lookups-"));
  store = await openStore({ dir: folder });
  kubernetes = await openKubernetes({
    store,
    clock: systemClock,
    logger: silentLogger,
    tokens: [{ token, user: { name: "admin", groups: [mastersGroup] } }],
  });
  const transport = inProcess(kubernetes.handler, { authorization: `Bearer ${token}` });
  clusters = openClusters(transport, kubernetes);
  for (const environment of ["acme-dev", "rival-prod"]) await fill(environment);
});
afterAll(async () => {
  await kubernetes.close();
  await store.close();
  await rm(folder, { recursive: true });
});

async function fill(environment: string): Promise<void> {
  await clusters.ensure(environment);
  const client = clusters.client(environment);
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "db" } });
  for (const binding of memberBindings({})) {
    const type = await client.resourceType(binding.apiVersion, binding.kind);
    if (type !== undefined) await client.create(type, binding);
  }
  const data = { password: Buffer.from(`${password}-${environment}`).toString("base64") };
  const metadata = { namespace: "db", name: "access" };
  await client.create(secrets, { apiVersion: "v1", kind: "Secret", metadata, data });
  const shown = { home: environment };
  await client.create(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata, data: shown });
}

/** Plans the installation of a chart with this template in `acme-dev`. */
async function plan(template: string, who: ClusterUser | undefined, crds: Record<string, string> = {}) {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\ndata:\n  seen: ${template}\n`;
  const files = {
    "Chart.yaml": "apiVersion: v2\nname: site\nversion: 1.0.0\n",
    "templates/a.yaml": text,
    ...crds,
  };
  const chart = loadChart(new Map(Object.entries(files).map(([name, data]) => [name, Buffer.from(data)])));
  const catalog: Catalog = {
    names: () => [release.name],
    releases: () => [release],
    chart: async () => packageChart(chart).bytes,
  };
  const work = inTurns(planJobs);
  const beforeTree = await readEnvironmentTree(new Map());
  const after = new Map([["applications/site/application.yaml", document]]);
  const made = await planChange({
    environment: "acme-dev",
    base: undefined,
    before: new Map(),
    after,
    beforeTree,
    afterTree: await readEnvironmentTree(after, beforeTree),
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
    reader: who,
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
  return { ...made, seen: /^\+ {2}seen: (.*)$/m.exec(diff)?.[1], all: JSON.stringify(made) };
}

const unread = (what: string) =>
  `site looks up ${what}, which you may not read: it is planned as if there were none.`;
const ofMap = '{{ dig "data" "home" "nothing" (lookup "v1" "ConfigMap" "db" "access") }}';
const ofSecret = '{{ dig "data" "password" "bm9uZQ==" (lookup "v1" "Secret" "db" "access") | b64dec }}';
const ofSecrets = '{{ range (lookup "v1" "Secret" "" "").items }}{{ .data.password }}{{ end }}x';

describe("what a chart looks up while it is planned", () => {
  it.each<[string, ClusterUser | undefined, string, string[]]>([
    ["a developer", developer, "acme-dev", []],
    ["a developer's token that only reads", reader, "acme-dev", []],
    ["a sovereign-admin", admin, "acme-dev", []],
    ["a viewer, who isn't let into the cluster", viewer, "nothing", [unread("ConfigMap db/access")]],
    ["nobody", undefined, "nothing", [unread("ConfigMap db/access")]],
  ])(
    "is told to %s as far as they may read it, of this Environment alone",
    async (_, who, seen, warnings) => {
      const made = await plan(ofMap, who);
      expect({ seen: made.seen, warnings: made.warnings, problems: made.problems }).toEqual({
        seen,
        warnings,
        problems: [],
      });
    },
  );

  it.each<[string, ClusterUser | undefined]>([
    ["a token that only reads", reader],
    ["a viewer", viewer],
    ["nobody", undefined],
  ])("25: is no Secret for %s", async (_, who) => {
    const made = await plan(ofSecret, who);
    expect(made).toMatchObject({ seen: "none", warnings: [unread("Secret db/access")] });
    const listed = await plan(ofSecrets, who);
    expect(listed).toMatchObject({ seen: "x", warnings: [unread("Secret objects")] });
    expect(made.all + listed.all).not.toContain(password);
  });

  it("25: is a Secret for who may read it, and doesn't stand in the plan in the clear", async () => {
    for (const template of [ofSecret, ofSecrets, ofSecret.replace(" | b64dec", "")]) {
      const made = await plan(template, developer);
      expect(made.problems).toEqual([]);
      expect(made.warnings).toEqual([]);
      expect(made.seen).toContain("(secret)");
      expect(made.all).not.toContain(password);
      expect(made.all).not.toContain(Buffer.from(password).toString("base64").slice(0, 20));
    }
  });

  it("25: doesn't stand in what is said of a chart that fails", async () => {
    const fails = ofSecret.replace("{{ ", "{{ fail (").replace(" }}", ") }}");
    const made = await plan(fails, developer);
    expect(made.problems).toMatchObject([{ code: "chart-template-failed" }]);
    expect(made.problems[0]?.message).toContain("(secret)");
    expect(made.all).not.toContain(password);
  });

  it("is named where a chart fails for want of it", async () => {
    const wanted = '{{ (lookup "v1" "Secret" "db" "access").data.password }}';
    const { problems } = await plan(wanted, viewer);
    expect(problems).toMatchObject([
      { code: "chart-template-failed", hint: expect.stringContaining("Secret db/access") },
    ]);
    const all = await plan('{{ fail (len (lookup "v1" "Secret" "" "").items | toString) }}', viewer);
    expect(all.problems).toMatchObject([{ hint: expect.stringContaining("looks up Secret objects,") }]);
  });

  it("may be of a kind that comes later", async () => {
    const made = await plan('{{ len (lookup "later.example/v1" "Thing" "db" "x") }}', developer);
    expect(made).toMatchObject({ seen: "0", problems: [] });
  });
});

describe("what a plan says of the cluster", () => {
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "things.things.example" },
    spec: {
      group: "things.example",
      scope: "Namespaced",
      names: { kind: "Thing", plural: "things" },
      versions: [
        { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } },
      ],
    },
  } as const;
  const has =
    '"{{ .Capabilities.KubeVersion }} {{ .Capabilities.APIVersions.Has "things.example/v1/Thing" }}"';

  it("is its version and what it serves, with a new chart's own definitions", async () => {
    const { gitVersion } = (await clusters.client("acme-dev").served()).version;
    expect((await plan(has, developer)).seen).toBe(`${gitVersion} false`);
    const crds = { "crds/a.yaml": JSON.stringify(definition) };
    expect((await plan(has, developer, crds)).seen).toBe(`${gitVersion} true`);
    await clusters.client("rival-prod").create(customResourceDefinitions, definition);
    expect((await plan(has, developer)).seen).toBe(`${gitVersion} false`);
  });
});
