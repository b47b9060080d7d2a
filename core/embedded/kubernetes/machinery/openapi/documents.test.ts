import { describe, expect, test } from "vitest";
import { customKinds } from "../custom/kinds.ts";
import type { KubeObject } from "../object.ts";
import { builtinKinds } from "../schema/builtin.ts";
import { aggregatedDiscovery, apiResourceList } from "./discovery.ts";
import { openApiV2, openApiV3 } from "./documents.ts";

type Json = Record<string, unknown>;

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "widgets", kind: "Widget" },
    versions: [
      { name: "v1beta1", served: true, storage: false, schema: { openAPIV3Schema: { type: "object" } } },
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: "object", properties: { spec: { type: "object", oneOf: [{}] } } },
        },
        subresources: { status: {} },
      },
      { name: "v2alpha1", served: false, storage: false, schema: { openAPIV3Schema: { type: "object" } } },
    ],
  },
} as unknown as KubeObject;

const apps = builtinKinds().filter((kind) => kind.apiVersion === "apps/v1");

/** All references of a document that lead nowhere. */
function danglingReferences(document: unknown, definitions: Json, prefix: string): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      if (key === "$ref" && typeof item === "string" && !(item.slice(prefix.length) in definitions))
        found.push(item);
      walk(item);
    }
  };
  walk(document);
  return found;
}

describe("OpenAPI documents", () => {
  test("have every schema they refer to", () => {
    const kinds = [...builtinKinds(), ...customKinds(definition)];
    const v2 = openApiV2(kinds);
    expect(danglingReferences(v2, v2["definitions"] as Json, "#/definitions/")).toEqual([]);
    for (const groupVersion of new Set(kinds.map((kind) => kind.apiVersion))) {
      const v3 = openApiV3(
        groupVersion,
        kinds.filter((kind) => kind.apiVersion === groupVersion),
      );
      const { schemas } = v3["components"] as { schemas: Json };
      expect(danglingReferences(v3, schemas, "#/components/schemas/")).toEqual([]);
    }
  });

  test("tell kubectl that a patch knows dry run, field validation and strategic merge", () => {
    const { paths } = openApiV3("apps/v1", apps) as { paths: Record<string, Record<string, Json>> };
    const patch = paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]?.["patch"] ?? {};
    const names = (patch["parameters"] as { name: string }[]).map((parameter) => parameter.name);
    expect(names).toEqual(expect.arrayContaining(["dryRun", "fieldManager", "fieldValidation", "force"]));
    expect(patch["x-kubernetes-group-version-kind"]).toEqual({
      group: "apps",
      version: "v1",
      kind: "Deployment",
    });
    const { content } = patch["requestBody"] as { content: Json };
    expect(Object.keys(content)).toContain("application/strategic-merge-patch+json");
  });

  test("describe fields with their merge keys", () => {
    const { components } = openApiV3("apps/v1", apps) as { components: { schemas: Record<string, Json> } };
    const { properties } = components.schemas["io.k8s.api.core.v1.PodSpec"] as {
      properties: Record<string, Json>;
    };
    expect(properties["containers"]).toEqual({
      type: "array",
      items: { allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.Container" }], default: {} },
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      "x-kubernetes-patch-merge-key": "name",
      "x-kubernetes-patch-strategy": "merge",
    });
  });

  test("leave out of Swagger what it doesn't know", () => {
    const { definitions } = openApiV2(customKinds(definition)) as { definitions: Record<string, Json> };
    const { properties } = definitions["com.example.v1.Widget"] as { properties: Record<string, Json> };
    expect(properties["spec"]).toEqual({ type: "object" });
  });
});

describe("discovery", () => {
  test("names resources and subresources", () => {
    const list = apiResourceList("apps/v1", apps) as { resources: Json[] };
    expect(list.resources.find((resource) => resource["name"] === "deployments")).toMatchObject({
      singularName: "deployment",
      namespaced: true,
      kind: "Deployment",
      shortNames: ["deploy"],
      categories: ["all"],
    });
    expect(list.resources.find((resource) => resource["name"] === "deployments/scale")).toMatchObject({
      group: "autoscaling",
      version: "v1",
      kind: "Scale",
    });
  });

  test("lists a definition's served versions by preference", () => {
    expect(customKinds(definition).map((kind) => kind.version)).toEqual(["v1", "v1beta1"]);
    const { items } = aggregatedDiscovery("v2", customKinds(definition)) as { items: { versions: Json[] }[] };
    expect(items[0]?.versions.map((version) => version["version"])).toEqual(["v1", "v1beta1"]);
  });
});
