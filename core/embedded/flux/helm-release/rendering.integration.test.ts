import { type HelmRelease, helmReleases } from "@catalyst/ports/flux";
import { configMaps, namespaces } from "@catalyst/ports/kubernetes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTestFlux, type TestFlux } from "../testing/open-test-flux.ts";
import { publishSite, siteKey, siteRelease } from "../testing/site-release.ts";

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.things.example}
spec:
  group: things.example
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}, subresources: {scale: {specReplicasPath: .spec.n, statusReplicasPath: .status.n}}}
  - {name: v0, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}
`;

const seen = (data: string) => `apiVersion: v1
kind: ConfigMap
metadata: {name: seen}
data:
  seen: ${data}
`;

describe("a release is rendered for its cluster", () => {
  let test: TestFlux;
  beforeEach(async () => {
    test = await openTestFlux();
    for (const name of ["site", "other"])
      await test.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  });
  afterEach(() => test.close());

  async function release(files: Record<string, string>, spec: Partial<HelmRelease["spec"]> = {}) {
    await publishSite(test, files);
    await test.client.create(helmReleases, siteRelease(spec));
    const settled = await test.until(helmReleases, siteKey, (object) =>
      ["True", "False"].includes(
        object?.status?.conditions?.find(({ type }) => type === "Released")?.status ?? "",
      ),
    );
    const found = await test.client.find(configMaps, { namespace: "site", name: "seen" });
    const condition = settled.status?.conditions?.find(({ type }) => type === "Released");
    return { seen: found?.data?.["seen"], message: condition?.message };
  }

  it("which says its version and everything it serves", async () => {
    const { version, apiVersions } = await test.client.served();
    const text = '"{{ .Capabilities.KubeVersion }} {{ sortAlpha .Capabilities.APIVersions }}"';
    const { seen: told } = await release({ "templates/a.yaml": seen(text) });
    expect(told).toBe(`${version.gitVersion} [${apiVersions.join(" ")}]`);
    expect(apiVersions).toContain("helm.toolkit.fluxcd.io/v2/HelmRelease");
  });

  const has =
    '{{ range list "v1" "v1/Thing" "v1/Scale" "v0" }}{{ $.Capabilities.APIVersions.Has (print "things.example/" .) }} {{ end }}';

  it.each<[string, Partial<HelmRelease["spec"]>, string]>([
    ["that are installed with it", {}, "true true true false"],
    ["that aren't installed", { install: { crds: "Skip" } }, "false false false false"],
  ])("and knows its own definitions %s", async (_name, spec, told) => {
    const files = {
      "crds/things.yaml": definition,
      "templates/a.yaml": seen(`${has.replace("{{ end }}", "{{ end -}}")}`),
    };
    expect((await release(files, spec)).seen).toBe(told);
  });

  it("whose objects it looks up, absent ones and unknown kinds as nothing", async () => {
    await test.client.create(configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "other", name: "there" },
      data: { a: "found" },
    });
    const text =
      '{{ (lookup "v1" "ConfigMap" "other" "there").data.a }} {{ len (lookup "v1" "ConfigMap" "other" "").items }} {{ lookup "v1" "ConfigMap" "other" "none" }} {{ lookup "v1" "Nothing" "other" "none" }}';
    expect((await release({ "templates/a.yaml": seen(text) })).seen).toBe("found 1 map[] map[]");
  });

  it("and fails, as Helm does, where it looks up what the cluster doesn't serve", async () => {
    const { message } = await release({
      "templates/a.yaml": seen('{{ lookup "things.example/v1" "Thing" "site" "x" }}'),
    });
    expect(message).toContain(
      "error calling lookup: unable to get apiresource from unstructured: things.example/v1, Kind=Thing: the server could not find the requested resource",
    );
  });
});
