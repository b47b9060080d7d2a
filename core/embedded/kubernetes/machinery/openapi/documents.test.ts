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
      description: expect.stringContaining("containers"),
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

  describe("of custom kinds", () => {
    const of = (openAPIV3Schema: Json, more: Json = {}) => {
      const version = { name: "v1", served: true, storage: true, schema: { openAPIV3Schema }, ...more };
      return customKinds({
        ...definition,
        spec: { ...(definition["spec"] as Json), versions: [version] },
      } as KubeObject);
    };
    const swagger = (openAPIV3Schema: Json, more?: Json) =>
      (openApiV2(of(openAPIV3Schema, more)) as { definitions: Record<string, Json> }).definitions;
    const three = (openAPIV3Schema: Json, more?: Json) =>
      (
        openApiV3("example.com/v1", of(openAPIV3Schema, more)) as {
          components: { schemas: Record<string, Json> };
        }
      ).components.schemas;
    const identity = [{ group: "example.com", version: "v1", kind: "Widget" }];

    test("say nothing of an object whose other fields are kept, to Swagger", () => {
      const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
      expect(swagger(open)["com.example.v1.Widget"]).toEqual({
        type: "object",
        "x-kubernetes-group-version-kind": identity,
      });
      expect(three(open)["com.example.v1.Widget"]).toMatchObject({
        ...open,
        properties: { metadata: { description: expect.stringMatching(/^Standard object's metadata/) } },
      });
      expect(
        swagger({ type: "object", properties: { spec: { ...open, properties: { a: { type: "string" } } } } })[
          "com.example.v1.Widget"
        ],
      ).toMatchObject({ properties: { spec: { "x-kubernetes-preserve-unknown-fields": true } } });
    });

    test("don't require what may be null, in Swagger", () => {
      const spec = {
        type: "object",
        required: ["a", "b"],
        properties: { a: { type: "string", nullable: true }, b: { type: "string" } },
      };
      const { properties } = swagger({ type: "object", properties: { spec } })["com.example.v1.Widget"] as {
        properties: Json;
      };
      expect(properties["spec"]).toEqual({
        type: "object",
        required: ["b"],
        properties: { a: {}, b: { type: "string" } },
      });
    });

    test("give an embedded object its kind and metadata", () => {
      const template = { type: "object", "x-kubernetes-embedded-resource": true, properties: { a: {} } };
      const { properties } = three({ type: "object", properties: { template } })["com.example.v1.Widget"] as {
        properties: Record<string, Json>;
      };
      expect(properties["template"]).toMatchObject({
        required: ["kind", "apiVersion"],
        properties: { a: {}, kind: { type: "string" }, metadata: { allOf: [expect.anything()] } },
      });
    });

    test("say what an int-or-string is, in OpenAPI 3", () => {
      const port = { "x-kubernetes-int-or-string": true };
      const schema = { type: "object", properties: { port, other: { ...port, anyOf: [{}, {}] } } };
      const either = [{ type: "integer" }, { type: "string" }];
      expect(three(schema)["com.example.v1.Widget"]).toMatchObject({
        properties: { port: { ...port, anyOf: either }, other: { ...port, allOf: [{ anyOf: either }] } },
      });
      expect(swagger(schema)["com.example.v1.Widget"]).toMatchObject({ properties: { port, other: port } });
    });

    test("name the fields that may be selected by", () => {
      const schema = { type: "object", properties: { spec: { type: "object" } } };
      const fields = { selectableFields: [{ jsonPath: ".spec.color" }] };
      expect(three(schema, fields)["com.example.v1.WidgetList"]).toMatchObject({
        description: "WidgetList is a list of Widget",
        "x-kubernetes-selectable-fields": [{ fieldPath: "spec.color" }],
      });
    });
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
