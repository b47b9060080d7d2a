import { describe, expect, test } from "vitest";
import { readFields } from "../protobuf/wire.ts";
import { openApiProtobuf } from "./openapi-protobuf.ts";

/** The fields of a message by their numbers, as text. */
function fieldsOf(bytes: Uint8Array): Map<number, Uint8Array[]> {
  const fields = new Map<number, Uint8Array[]>();
  for (const field of readFields(bytes)) {
    const value =
      "bytes" in field ? field.bytes : Buffer.from(String("integer" in field ? field.integer : ""));
    fields.set(field.number, [...(fields.get(field.number) ?? []), value]);
  }
  return fields;
}

/** Follows numbers through nested messages, taking the first field of each. */
function textAt(bytes: Uint8Array, ...path: readonly number[]): string {
  const last = path.reduce((at, number) => fieldsOf(at).get(number)?.[0] ?? Buffer.alloc(0), bytes);
  return Buffer.from(last).toString();
}

describe("a Swagger 2 document as protobuf", () => {
  const kind = { group: "", version: "v1", kind: "Thing" };
  const parameters = [
    { in: "body", name: "body", required: true, schema: { $ref: "#/definitions/Thing" } },
    { in: "query", name: "limit", type: "integer", uniqueItems: true },
    { in: "path", name: "name", type: "string" },
  ];
  const description = "long ".repeat(60);
  const bytes = openApiProtobuf({
    swagger: "2.0",
    paths: { "/things": { post: { operationId: "create", parameters, "x-kubernetes-action": "post" } } },
    definitions: {
      Thing: {
        type: "object",
        description,
        required: ["a"],
        properties: { a: { type: "array", items: { type: "string" } } },
        additionalProperties: false,
        "x-kubernetes-group-version-kind": [kind],
      },
    },
  });
  // Document.paths.path.value.post.parameters
  const [body, query, path] = fieldsOf(
    fieldsOf(fieldsOf(fieldsOf(fieldsOf(bytes).get(8)![0]!).get(2)![0]!).get(2)![0]!).get(4)![0]!,
  ).get(8)!;

  test.each<[string, string, string]>([
    ["the version", textAt(bytes, 1), "2.0"],
    ["a path's name", textAt(bytes, 8, 2, 1), "/things"],
    ["an operation's id", textAt(bytes, 8, 2, 2, 4, 5), "create"],
    ["an extension", textAt(bytes, 8, 2, 2, 4, 13, 2, 2), '"post"'],
    ["a parameter in the body", textAt(body!, 1, 1, 5, 1), "#/definitions/Thing"],
    ["a parameter in the query", textAt(query!, 1, 2, 3, 4), "limit"],
    ["a parameter in the path", textAt(path!, 1, 2, 4, 4), "name"],
    ["a definition's name", textAt(bytes, 9, 1, 1), "Thing"],
    ["a text whose length takes two bytes", textAt(bytes, 9, 1, 2, 4), description],
    ["what is required", textAt(bytes, 9, 1, 2, 19), "a"],
    ["a property's items", textAt(bytes, 9, 1, 2, 25, 1, 2, 23, 1, 22, 1), "string"],
    ["additional properties", textAt(bytes, 9, 1, 2, 21, 2), "0"],
    ["the kind", textAt(bytes, 9, 1, 2, 31, 2, 2), JSON.stringify([kind])],
  ])("tells %s", (_, found, expected) => {
    expect(found).toBe(expected);
  });
});
