import { describe, expect, it } from "vitest";
import { applicationKind } from "../application/index.ts";
import { environmentKinds, managementKinds } from "../kinds/index.ts";
import { customResourceDefinition } from "./crd.ts";

/** Every schema node of a CRD with its path. */
function* nodes(schema: Record<string, unknown>, path = ""): Generator<[string, Record<string, unknown>]> {
  yield [path, schema];
  for (const [key, value] of Object.entries(
    (schema["properties"] as Record<string, Record<string, unknown>>) ?? {},
  )) {
    yield* nodes(value, `${path}.${key}`);
  }
  if (schema["items"] !== undefined) yield* nodes(schema["items"] as Record<string, unknown>, `${path}[]`);
  if (typeof schema["additionalProperties"] === "object") {
    yield* nodes(schema["additionalProperties"] as Record<string, unknown>, `${path}{}`);
  }
}

const schemaOf = (crd: Readonly<Record<string, unknown>>) =>
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what is under test
  (crd as any).spec.versions[0].schema.openAPIV3Schema as Record<string, unknown>;

describe("customResourceDefinition", () => {
  it.each([...managementKinds, ...environmentKinds])("gives $kind a structural schema", (kind) => {
    for (const [path, node] of nodes(schemaOf(customResourceDefinition(kind)))) {
      const typed = node["type"] !== undefined || node["x-kubernetes-preserve-unknown-fields"] === true;
      expect(typed, `${kind.kind}${path} has no type`).toBe(true);
      expect(node["anyOf"], `${kind.kind}${path} has a union`).toBeUndefined();
    }
  });

  it("keeps enumerations, required fields and list keys", () => {
    const schema = JSON.stringify(schemaOf(customResourceDefinition(applicationKind)));
    expect(schema).toContain('"enum":["single-region","active-active","active-hotstandby"]');
    expect(schema).toContain('"x-kubernetes-list-map-keys":["type"]');
    expect(schema).toContain('"required":["name","version","digest"]');
  });
});
