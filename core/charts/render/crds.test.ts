import { describe, expect, test } from "vitest";
import { type CrdPolicy, clusterCapabilities, loadChart, renderChart } from "../index.ts";

const version = { gitVersion: "v1.36.3", major: "1", minor: "36" };

function definition(kind: string, versions: string): string {
  return `kind: CustomResourceDefinition\nspec: {group: things.example, names: {kind: ${kind}}, versions: [${versions}]}\n`;
}

/** What a chart that brings definitions is told of the group `things.example`. */
function told(crds: Readonly<Record<string, string>>, policy: CrdPolicy, served: readonly string[] = []) {
  const files = {
    "Chart.yaml": "apiVersion: v2\nname: demo\nversion: 1.2.3\n",
    "templates/NOTES.txt":
      '{{ range sortAlpha .Capabilities.APIVersions }}{{ . | replace "things.example/" "" }} {{ end }}',
    ...crds,
  };
  const chart = loadChart(new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
  return renderChart({
    chart,
    release: { name: "app", namespace: "shop" },
    capabilities: clusterCapabilities(version, served),
    crds: policy,
  }).notes.trim();
}

describe("what a chart is told of its own definitions", () => {
  const two = { "crds/a.yaml": definition("Thing", "{name: v1, served: true}, {name: v2, served: false}") };

  test("is the versions that are served", () => expect(told(two, "Create")).toBe("v1 v1/Thing"));

  test("is nothing where they aren't installed", () => expect(told(two, "Skip")).toBe(""));

  test.each<[CrdPolicy, string]>([
    ["Create", "v0 v0/Thing"],
    ["CreateReplace", "v0 v0/Thing v1 v1/Thing"],
  ])("of a kind that is there already, under %s", (policy, versions) =>
    expect(told(two, policy, ["things.example/v0", "things.example/v0/Thing"])).toBe(versions),
  );

  test("takes in several of one file, subcharts' too, and what isn't a definition for nothing", () => {
    const crds = {
      "crds/a.yaml": `${definition("Thing", "{name: v1, served: true}")}---\n${definition("Other", "{name: v1, served: true, subresources: {scale: {}}}")}`,
      "crds/b.yaml": "a: [\n",
      "crds/c.yaml": "kind: ConfigMap\nspec: {group: things.example, names: {kind: X}, versions: []}\n",
      "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
      "charts/sub/crds/s.json":
        '{"kind":"CustomResourceDefinition","spec":{"group":"things.example","names":{"kind":"Sub"},"versions":[{"name":"v3","served":true}]}}',
    };
    expect(told(crds, "Create")).toBe("v1 v1/Other v1/Scale v1/Thing v3 v3/Sub");
  });
});
