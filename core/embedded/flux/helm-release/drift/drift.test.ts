import { isObject } from "@catalyst/base/json";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type IgnoreRule, ignoredPaths } from "./ignored-paths.ts";
import { type JsonChange, jsonChanges } from "./json-changes.ts";
import { withPathsOf } from "./json-pointers.ts";

/** Does a JSON patch, as RFC 6902 says it. */
function patched(document: unknown, changes: readonly JsonChange[]): unknown {
  return changes.reduce<unknown>((value, { op, path, value: next }) => {
    const keys = path.split("/").slice(1);
    return changed(
      value,
      keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~")),
      op,
      next,
    );
  }, document);
}

function changed(value: unknown, keys: readonly string[], op: JsonChange["op"], next: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return next;
  if (Array.isArray(value)) {
    const index = key === "-" ? value.length : Number(key);
    if (rest.length > 0) return value.with(index, changed(value[index], rest, op, next));
    if (op === "remove") return value.toSpliced(index, 1);
    return op === "add" ? value.toSpliced(index, 0, next) : value.with(index, next);
  }
  if (!isObject(value)) throw new Error(`nothing at ${key}`);
  if (rest.length > 0) return { ...value, [key]: changed(value[key], rest, op, next) };
  const { [key]: _gone, ...others } = value;
  return op === "remove" ? others : { ...others, [key]: next };
}

describe("jsonChanges", () => {
  const document = fc.dictionary(
    fc.constantFrom("a", "b", "c/d", "e~f", "~1"),
    fc.jsonValue({ maxDepth: 3 }),
  );

  test("lead from one value to the other", () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        expect(patched(before, jsonChanges(before, after))).toEqual(after);
      }),
    );
  });

  test.each<[string, unknown, unknown, readonly JsonChange[]]>([
    ["nothing changes", { a: [1] }, { a: [1] }, []],
    [
      "fields change, in the order of their names",
      { a: 1, b: 2, d: "long enough to stay" },
      { a: 2, c: 3, d: "long enough to stay" },
      [
        { op: "replace", path: "/a", value: 2 },
        { op: "remove", path: "/b" },
        { op: "add", path: "/c", value: 3 },
      ],
    ],
    [
      "a list is shorter: it is taken from its end",
      { list: ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "b", "c"] },
      { list: ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] },
      [
        { op: "remove", path: "/list/1" },
        { op: "remove", path: "/list/1" },
      ],
    ],
    [
      "the whole of a part is shorter than its changes",
      { map: { a: 1, b: 2, c: 3 } },
      { map: { a: 4, b: 5, c: 6 } },
      [{ op: "replace", path: "/map", value: { a: 4, b: 5, c: 6 } }],
    ],
    ["a value is of another type", { a: {} }, { a: [] }, [{ op: "replace", path: "/a", value: [] }]],
  ])("when %s", (_case, before, after, changes) => {
    expect(jsonChanges(before, after)).toEqual(changes);
  });

  test("are found in what nests deeply, in time that its size alone takes", () => {
    const deep = (leaf: string): unknown =>
      Array.from({ length: 900 }).reduce((inner: unknown) => ({ x: "x".repeat(1000), inner }), leaf);
    expect(jsonChanges(deep("a"), deep("b"))).toHaveLength(1);
  });

  test("never replace what holds more than was compared", () => {
    const before = { metadata: { labels: { a: "1", b: "2" }, annotations: { c: "3", d: "4" } } };
    const after = { metadata: { labels: { a: "5", b: "6" }, annotations: { c: "7", d: "8" } } };
    const paths = jsonChanges(before, after, new Set(["", "/metadata"])).map(({ path }) => path);
    expect(paths).toEqual(["/metadata/annotations", "/metadata/labels"]);
  });
});

describe("ignoredPaths", () => {
  const object = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
  } as KubeObject;
  const paths = ["/spec/replicas"];
  test.each<[string, IgnoreRule["target"], boolean]>([
    ["all objects", undefined, true],
    ["a kind", { kind: "Deploy.*" }, true],
    ["a kind of another group", { kind: "Deployment", group: "batch" }, false],
    ["a part of the name alone", { name: "we" }, false],
    ["a name of two", { name: "api|web" }, true],
    ["another namespace", { namespace: "blog" }, false],
    ["a version", { version: "v1" }, true],
    ["labels", { labelSelector: "app in (web, api), !old" }, true],
    ["annotations that aren't there", { annotationSelector: "note" }, false],
  ])("are those of rules about %s", (_case, target, isIgnored) => {
    expect(ignoredPaths([{ paths, target }])(object)).toEqual(isIgnored ? paths : []);
  });

  test.each<[NonNullable<IgnoreRule["target"]>, string]>([
    [{ name: "(" }, "invalid name regex: error parsing regexp: missing closing ): `^(?:()$`"],
    [{ labelSelector: "a in b" }, "invalid label selector: "],
  ])("aren't told of the target %j", (target, words) => {
    expect(() => ignoredPaths([{ paths, target }])).toThrow(
      `failed to create ignore rule selector: ${words}`,
    );
  });
});

describe("withPathsOf", () => {
  const object = { a: 1, b: [1, { c: 2 }] };
  test.each<[string, unknown, unknown]>([
    ["/a", { a: 5 }, { a: 5, b: [1, { c: 2 }] }],
    ["/a", {}, { b: [1, { c: 2 }] }],
    ["/new", { new: 1 }, { ...object, new: 1 }],
    [
      "/__proto__",
      JSON.parse('{"__proto__": 1}'),
      JSON.parse('{"a": 1, "b": [1, {"c": 2}], "__proto__": 1}'),
    ],
    ["/b/0", { b: [7, 8, 9] }, { a: 1, b: [7, { c: 2 }] }],
    ["/b/-1", { b: [7, 8] }, { a: 1, b: [1, 8] }],
    ["/b/1", { b: [7] }, { a: 1, b: [1] }],
    ["/b/1/c", { b: [7, { c: 3 }] }, { a: 1, b: [1, { c: 3 }] }],
    ["/b/2", { b: [7, 8, 9] }, object],
    ["/b/1/c", { b: {} }, object],
    ["/b/x", { b: [] }, object],
    ["/no/thing", { no: { thing: 1 } }, object],
    ["a", { a: 5 }, object],
  ])("%s of %j", (pointer, other, result) => {
    expect(withPathsOf(object, other, [pointer])).toEqual(result);
    expect(object).toEqual({ a: 1, b: [1, { c: 2 }] });
  });
});
