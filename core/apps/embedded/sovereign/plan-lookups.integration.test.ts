import { clusterGroup, memberBindings } from "@catalyst/controllers/environment";
import { mastersGroup } from "@catalyst/embedded-kubernetes";
import {
  type Clusters,
  type ClusterUser,
  configMaps,
  customResourceDefinitions,
  namespaces,
  secrets,
} from "@catalyst/ports/kubernetes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPlanningClusters, type PlanningClusters, planSite } from "./testing/planned-site.ts";

const password = "correct-horse-battery";
const developer: ClusterUser = { name: "dora", groups: [clusterGroup("org-developer", "write")] };
const reader: ClusterUser = { name: "dora", groups: [clusterGroup("org-developer", "read")] };
const viewer: ClusterUser = { name: "vic", groups: [clusterGroup("org-viewer", "write")] };
const admin: ClusterUser = { name: "root", groups: [mastersGroup] };

let planning: PlanningClusters;
let clusters: Clusters;

beforeAll(async () => {
  planning = await openPlanningClusters();
  clusters = planning.clusters;
  for (const environment of ["acme-dev", "rival-prod"]) await fill(environment);
});
afterAll(() => planning.close());

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
async function plan(template: string, who: ClusterUser | undefined, files: Record<string, string> = {}) {
  const made = await planSite(clusters, { template, reader: who, files, after: {} });
  return { ...made, all: JSON.stringify(made) };
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
