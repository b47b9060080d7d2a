import { describe, expect, it } from "vitest";
import { decodeProtobuf } from "./decode.ts";

/** Writes fields as protobuf does: `[number, text | bytes | integer]`. */
function message(...fields: readonly (readonly [number, string | Uint8Array | number])[]): Uint8Array {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === "number") return Buffer.concat([varint(number << 3), varint(value)]);
      const bytes = Buffer.from(value as string);
      return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
    }),
  );
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

function body(apiVersion: string, kind: string, object: Uint8Array): Uint8Array {
  const type = message([1, apiVersion], [2, kind]);
  return Buffer.concat([Buffer.from("k8s\0"), message([1, type], [2, object])]);
}

const metadata = (name: string) => message([1, name]);

describe("protobuf bodies", () => {
  it("become the JSON they stand for: maps, bytes, times", () => {
    const created = message([1, 1_700_000_000], [2, 0]);
    const meta = message([1, "s"], [8, created], [11, message([1, "app"], [2, "web"])]);
    const secret = message([1, meta], [2, message([1, "key"], [2, "value"])], [3, "Opaque"]);
    expect(decodeProtobuf(body("v1", "Secret", secret))).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s", creationTimestamp: "2023-11-14T22:13:20Z", labels: { app: "web" } },
      data: { key: Buffer.from("value").toString("base64") },
      type: "Opaque",
    });
  });

  it("have embedded messages where JSON has their fields", () => {
    const source = message([2, message([1, "Memory"])]);
    const spec = message([1, message([1, "scratch"], [2, source])]);
    expect(decodeProtobuf(body("v1", "Pod", message([1, metadata("p")], [2, spec])))).toMatchObject({
      spec: { volumes: [{ name: "scratch", emptyDir: { medium: "Memory" } }] },
    });
  });

  it("have the names that JSON has, where messages have others", () => {
    const hook = message([1, "hook.example.com"]);
    const kind = "ValidatingWebhookConfiguration";
    const configuration = message([1, metadata("c")], [2, hook]);
    expect(decodeProtobuf(body("admissionregistration.k8s.io/v1", kind, configuration))).toMatchObject({
      webhooks: [{ name: "hook.example.com" }],
    });
  });

  it("spell the fields of a schema as JSON does", () => {
    const items = message([1, message([1, ""], [5, "object"], [38, 1])]);
    const properties = message(
      [1, "list"],
      [2, message([5, "array"], [24, items], [42, "map"], [41, "name"])],
    );
    const validation = message([1, message([29, properties])]);
    const version = message([1, "v1"], [4, validation]);
    const definition = message([2, message([1, "example.com"], [7, version])]);
    expect(
      decodeProtobuf(body("apiextensions.k8s.io/v1", "CustomResourceDefinition", definition)),
    ).toMatchObject({
      spec: {
        versions: [
          {
            schema: {
              openAPIV3Schema: {
                properties: {
                  list: {
                    items: { id: "", type: "object", "x-kubernetes-preserve-unknown-fields": true },
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                  },
                },
              },
            },
          },
        ],
      },
    });
  });

  it("have numbers or texts where either may be", () => {
    const port = message([1, "http"], [3, 80], [4, message([1, 1], [3, "web"])]);
    const other = message([3, 81], [4, message([1, 0], [2, 8081])]);
    const service = message([1, metadata("s")], [2, message([1, port], [1, other])]);
    expect(decodeProtobuf(body("v1", "Service", service))).toMatchObject({
      spec: {
        ports: [
          { name: "http", port: 80, targetPort: "web" },
          { port: 81, targetPort: 8081 },
        ],
      },
    });
  });

  it("of options are meta's, whatever group they name", () => {
    const options = message([1, 5], [4, "Foreground"]);
    expect(decodeProtobuf(body("apps/v1", "DeleteOptions", options))).toMatchObject({
      kind: "DeleteOptions",
      gracePeriodSeconds: 5,
      propagationPolicy: "Foreground",
    });
  });

  it("can't reach an object's prototype by a key", () => {
    const map = message([1, metadata("c")], [2, message([1, "__proto__"], [2, "x"])]);
    const { data } = decodeProtobuf(body("v1", "ConfigMap", map)) as { data: object };
    expect([Object.keys(data), Object.getPrototypeOf(data)]).toEqual([["__proto__"], Object.prototype]);
  });

  const broken: readonly (readonly [string, Uint8Array])[] = [
    ["something else", Buffer.from("{}")],
    ["an unknown kind", body("v1", "Nothing", message())],
    ["a field that is cut off", body("v1", "ConfigMap", Buffer.from([0x0a, 50, 1]))],
    ["an endless number", body("v1", "ConfigMap", Buffer.alloc(20, 0xff))],
  ];
  it.each(broken)("are refused when they are %s", (_name, bytes) => {
    expect(() => decodeProtobuf(bytes)).toThrow(expect.objectContaining({ status: 400 }));
  });
});
