import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TypeSchema } from "../schema/type-schema.ts";
import { compare } from "./compare.ts";
import { FieldSet } from "./field-set.ts";
import { fieldsToSet, setToFields } from "./fields-v1.ts";
import { merge } from "./merge.ts";
import { ownedFields } from "./owned.ts";
import { removeFields } from "./remove.ts";

const scalar: TypeSchema = { type: "string" };
const item: TypeSchema = {
  type: "object",
  fields: new Map([
    ["name", { type: scalar, required: true }],
    ["value", { type: scalar, required: false }],
  ]),
};
/** An object with one field of each kind of ownership. */
const type: TypeSchema = {
  type: "object",
  fields: new Map([
    ["text", { type: scalar, required: false }],
    ["map", { type: { type: "map", values: scalar }, required: false }],
    ["whole", { type: { type: "map", values: scalar, atomic: true }, required: false }],
    ["set", { type: { type: "list", items: scalar, listType: "set" }, required: false }],
    ["list", { type: { type: "list", items: item, listType: "map", mapKeys: ["name"] }, required: false }],
    ["atomic", { type: { type: "list", items: scalar, listType: "atomic" }, required: false }],
  ]),
};

const word = fc.constantFrom("a", "b", "c", "d");
const words = fc.dictionary(word, word);
const value = fc.record(
  {
    text: word,
    map: words,
    whole: words,
    set: fc.uniqueArray(word),
    list: fc.uniqueArray(fc.record({ name: word, value: word }, { requiredKeys: ["name"] }), {
      selector: (entry) => entry.name,
    }),
    atomic: fc.array(word),
  },
  { requiredKeys: [] },
);

function paths(set: FieldSet): string[] {
  return [...set.paths()].map((path) => path.join("/")).sort();
}

describe("field sets", () => {
  const path = fc.array(
    word.map((name) => `f:${name}`),
    { minLength: 1, maxLength: 3 },
  );
  const set = fc.array(path).map((list) => {
    const built = new FieldSet();
    for (const one of list) built.insert(one);
    return built;
  });

  test("behave as sets of paths", () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const left = new Set(paths(a));
        const right = new Set(paths(b));
        expect(paths(a.union(b))).toEqual([...left.union(right)].sort());
        expect(paths(a.intersection(b))).toEqual([...left.intersection(right)].sort());
        expect(paths(a.difference(b))).toEqual([...left.difference(right)].sort());
        expect(a.difference(b).empty).toBe(left.isSubsetOf(right));
      }),
    );
  });

  test("are read as they were written", () => {
    fc.assert(
      fc.property(set, (one) => {
        const written = JSON.parse(JSON.stringify(setToFields(one))) as unknown;
        expect(fieldsToSet(written).equals(one)).toBe(true);
      }),
    );
  });

  test("leave out everything below a path", () => {
    const one = fieldsToSet({ "f:spec": { "f:a": {}, "f:b": { ".": {}, "f:c": {} } }, "f:status": {} });
    const gone = new FieldSet();
    gone.insert(["f:spec"]);
    expect(paths(one.recursiveDifference(gone))).toEqual(["f:status"]);
  });
});

describe("ownership of values", () => {
  test("comparing a value with itself finds nothing", () => {
    fc.assert(
      fc.property(value, (one) => {
        const { added, modified, removed } = compare(type, one, structuredClone(one));
        expect(added.union(modified).union(removed).empty).toBe(true);
      }),
    );
  });

  test("what is added one way is removed the other way", () => {
    fc.assert(
      fc.property(value, value, (one, two) => {
        const there = compare(type, one, two);
        const back = compare(type, two, one);
        expect(paths(there.added)).toEqual(paths(back.removed));
        expect(paths(there.modified)).toEqual(paths(back.modified));
      }),
    );
  });

  test("merging twice is merging once", () => {
    fc.assert(
      fc.property(value, value, (live, applied) => {
        const once = merge(type, live, applied);
        expect(merge(type, once, applied)).toEqual(once);
      }),
    );
  });

  test("a merged value has all that was applied", () => {
    fc.assert(
      fc.property(value, value, (live, applied) => {
        const lost = compare(type, merge(type, live, applied), merge(type, {}, applied));
        const owned = ownedFields(type, applied);
        expect(paths(lost.modified.intersection(owned))).toEqual([]);
      }),
    );
  });

  test("taking out what is owned leaves nothing of it", () => {
    fc.assert(
      fc.property(value, (one) => {
        const owned = ownedFields(type, one);
        const left = removeFields(type, one, owned);
        expect(
          paths(ownedFields(type, left ?? {}).intersection(owned)).filter((path) => path.includes("/")),
        ).toEqual([]);
      }),
    );
  });
});
