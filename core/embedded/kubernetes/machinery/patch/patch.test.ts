import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { builtinType } from "../schema/builtin.ts";
import { applyJsonPatch } from "./json-patch.ts";
import { applyMergePatch } from "./merge-patch.ts";
import { PatchFault } from "./patch-fault.ts";
import { applyStrategicMergePatch } from "./strategic-merge-patch.ts";

type Json = Record<string, unknown>;

const json = fc.jsonValue({ maxDepth: 3 });

describe("applyMergePatch", () => {
  /** RFC 7386, section 2, word for word, on copies. */
  function slow(target: unknown, patch: unknown): unknown {
    if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
    const result: Json =
      typeof target === "object" && target !== null && !Array.isArray(target)
        ? structuredClone(target as Json)
        : {};
    for (const [name, value] of Object.entries(patch)) {
      // Defined, not assigned: a member may be called __proto__.
      const own = Object.hasOwn(result, name) ? result[name] : undefined;
      if (value === null) delete result[name];
      else
        Object.defineProperty(result, name, {
          value: slow(own, value),
          enumerable: true,
          configurable: true,
          writable: true,
        });
    }
    return result;
  }

  test("does what RFC 7386 says and changes nothing it was given", () => {
    fc.assert(
      fc.property(json, json, (document, patch) => {
        const before = JSON.stringify(document);
        expect(applyMergePatch(document, patch)).toEqual(slow(document, patch));
        expect(JSON.stringify(document)).toBe(before);
      }),
    );
  });
});

describe("applyJsonPatch", () => {
  test.each<[string, unknown, readonly unknown[], unknown]>([
    ["adds at a list's end", { a: [1] }, [{ op: "add", path: "/a/-", value: 2 }], { a: [1, 2] }],
    ["adds before an item", { a: [1, 3] }, [{ op: "add", path: "/a/1", value: 2 }], { a: [1, 2, 3] }],
    ["replaces the whole", { a: 1 }, [{ op: "replace", path: "", value: { b: 2 } }], { b: 2 }],
    ["reads escaped names", { "a/b": { "~": 1 } }, [{ op: "remove", path: "/a~1b/~0" }], { "a/b": {} }],
    ["tests a missing value against null", {}, [{ op: "test", path: "/x", value: null }], {}],
    ["sets null", {}, [{ op: "add", path: "/x", value: null }], { x: null }],
  ])("%s", (_name, document, patch, expected) => {
    expect(applyJsonPatch(document, patch)).toEqual(expected);
  });

  test.each<[string, unknown, readonly unknown[]]>([
    ["a missing parent", {}, [{ op: "add", path: "/a/b", value: 1 }]],
    ["an index past the end", { a: [] }, [{ op: "replace", path: "/a/0", value: 1 }]],
    ["an unknown operation", {}, [{ op: "x", path: "/a" }]],
    ["no value", {}, [{ op: "add", path: "/a" }]],
    ["a path without slash", {}, [{ op: "remove", path: "a" }]],
    [
      "too many operations",
      {},
      Array.from({ length: 10_001 }, () => ({ op: "test", path: "/x", value: null })),
    ],
  ])("refuses %s", (_name, document, patch) => {
    expect(() => applyJsonPatch(document, patch)).toThrow(PatchFault);
  });

  test("copies of copies end at a limit", () => {
    const doubling = Array.from({ length: 60 }, (_, index) => ({
      op: "copy",
      from: "/a",
      path: `/a/${index}`,
    }));
    expect(() => applyJsonPatch({ a: {} }, doubling)).toThrow("exceeding the limit");
  });

  test("a value given twice is two values", () => {
    const shared = { x: 1 };
    const patch = [
      { op: "add", path: "/a", value: shared },
      { op: "copy", from: "/a", path: "/b" },
      { op: "replace", path: "/a/x", value: 2 },
    ];
    expect(applyJsonPatch({}, patch)).toEqual({ a: { x: 2 }, b: { x: 1 } });
    expect(shared).toEqual({ x: 1 });
  });

  test("a later failure leaves the document as it was", () => {
    const document = { a: { b: 1 } };
    const patch = [
      { op: "replace", path: "/a/b", value: 2 },
      { op: "test", path: "/a/b", value: 3 },
    ];
    expect(() => applyJsonPatch(document, patch)).toThrow(PatchFault);
    expect(document).toEqual({ a: { b: 1 } });
  });
});

describe("applyStrategicMergePatch", () => {
  const pod = builtinType("io.k8s.api.core.v1.PodSpec");
  const containers = [
    { name: "a", image: "1" },
    { name: "b", image: "2" },
  ];

  test.each<[string, Json, Json, Json]>([
    [
      "merges by key",
      { containers },
      { containers: [{ name: "b", image: "3" }] },
      {
        containers: [
          { name: "a", image: "1" },
          { name: "b", image: "3" },
        ],
      },
    ],
    [
      "deletes by key",
      { containers },
      { containers: [{ name: "a", $patch: "delete" }] },
      { containers: [{ name: "b", image: "2" }] },
    ],
    [
      "replaces a list",
      { containers },
      { containers: [{ $patch: "replace" }, { name: "c" }] },
      { containers: [{ name: "c" }] },
    ],
    [
      "replaces an object",
      { securityContext: { runAsUser: 1 } },
      { securityContext: { $patch: "replace", fsGroup: 2 } },
      { securityContext: { fsGroup: 2 } },
    ],
    [
      "replaces a list without merge key",
      { tolerations: [{ key: "a" }] },
      { tolerations: [{ key: "b" }] },
      { tolerations: [{ key: "b" }] },
    ],
    [
      "orders",
      { containers },
      { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] },
      {
        containers: [
          { name: "b", image: "2" },
          { name: "a", image: "1" },
        ],
      },
    ],
    ["removes by null", { nodeName: "n", hostname: "h" }, { nodeName: null }, { hostname: "h" }],
    [
      "keeps named keys",
      { volumes: [{ name: "v", emptyDir: {} }] },
      { volumes: [{ name: "v", $retainKeys: ["name", "hostPath"], hostPath: { path: "/x" } }] },
      { volumes: [{ name: "v", hostPath: { path: "/x" } }] },
    ],
    [
      "merges a map",
      { nodeSelector: { a: "1" } },
      { nodeSelector: { b: "2", a: null } },
      { nodeSelector: { b: "2" } },
    ],
    [
      "leaves directives out of what is new",
      {},
      {
        containers: [
          { name: "a", $patch: "merge" },
          { name: "b", $patch: "delete" },
        ],
      },
      { containers: [] },
    ],
  ])("%s", (_name, document, patch, expected) => {
    const before = structuredClone(document);
    expect(applyStrategicMergePatch(pod, document, patch)).toEqual(expected);
    expect(document).toEqual(before);
  });

  test.each<[string, Json]>([
    ["an unknown directive", { $patch: "x" }],
    ["an item without its key", { containers: [{ image: "x" }] }],
    ["retained keys that leave out a patched one", { $retainKeys: ["a"], nodeName: "b" }],
  ])("refuses %s", (_name, patch) => {
    expect(() => applyStrategicMergePatch(pod, { containers }, patch)).toThrow(PatchFault);
  });
});
