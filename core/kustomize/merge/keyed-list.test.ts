import { isCatalystError } from "@catalyst/base/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Schemas } from "../openapi/schemas.ts";
import { readScalar } from "../values/scalar.ts";
import { type KeyedMerge, mergeKeyedList } from "./keyed-list.ts";
import { strategicMerge } from "./strategic-merge.ts";
import { mergeKeyedListPlainly } from "./testing/plain-keyed-list.ts";

/** Merges items as the strategic merge does where no kind says more: mappings deeply, the rest replaced. */
const plain: KeyedMerge = {
  values: (into, patch) => {
    const merged = strategicMerge({ it: into }, patch === undefined ? {} : { it: patch }, new Schemas());
    return merged?.["it"];
  },
};

/** The same, but changing in place what is merged into, as the strategic merge does with its copies. */
const inPlace: KeyedMerge = {
  values: (into, patch, rule) => {
    const merged = plain.values(into, patch, rule);
    if (!isFields(into) || !isFields(merged)) return merged;
    for (const name of Object.keys(into)) delete into[name];
    return Object.assign(into, merged);
  },
};

const isFields = (value: unknown): value is Record<string, unknown> =>
  Object.prototype.toString.call(value) === "[object Object]" && value?.constructor === Object;

const names = ["a", "b", "c"];
const scalar = fc.constantFrom("x", "y", "z", "", 1, true, null, readScalar("", null, "plain"));
const fields = fc.dictionary(fc.constantFrom(...names, "other", "$patch"), scalar, { maxKeys: 5 });
const tidyFields = fc.dictionary(
  fc.constantFrom(...names, "other"),
  fc.constantFrom("x", "y", "z", 1, 2, 3),
  {
    maxKeys: 4,
  },
);
const item = fc.oneof(
  { arbitrary: tidyFields, weight: 6 },
  { arbitrary: fields, weight: 3 },
  scalar,
  fc.constant([]),
);
const list = fc.array(
  item.map((value) => value as unknown),
  { maxLength: 12 },
);
const keys = fc.integer({ min: 0, max: names.length }).map((count) => names.slice(0, count));

function outcome(run: () => unknown): unknown {
  try {
    return { result: run() };
  } catch (error) {
    if (isCatalystError(error)) return { code: error.code };
    throw error;
  }
}

describe("a keyed list", () => {
  it.each([
    ["that are merged as new ones", plain],
    ["that are changed in place", inPlace],
  ])("merges as going through it for every item does, with items %s", (_what, merge) => {
    fc.assert(
      fc.property(list, fc.option(list, { nil: undefined }), keys, (into, patch, of) => {
        const fast = outcome(() =>
          mergeKeyedList(structuredCopy(into), structuredCopy(patch), { keys: of }, merge),
        );
        const slow = outcome(() =>
          mergeKeyedListPlainly(structuredCopy(into), structuredCopy(patch), { keys: of }, merge),
        );
        expect(fast).toEqual(slow);
      }),
      { numRuns: 1_000 },
    );
  });

  it("merges a list with itself as going through it for every item does", () => {
    fc.assert(
      fc.property(list, keys, (own, of) => {
        const [one, other] = [structuredCopy(own), structuredCopy(own)];
        const fast = outcome(() => mergeKeyedList(one, one, { keys: of }, inPlace));
        const slow = outcome(() => mergeKeyedListPlainly(other, other, { keys: of }, inPlace));
        expect(fast).toEqual(slow);
      }),
      { numRuns: 1_000 },
    );
  });

  // Going through the list for every item would take minutes.
  it.each<[string, string[], (index: number) => string | object]>([
    ["by one key", ["a"], (index: number) => ({ a: `n${index}` })],
    ["by two keys, of which the patch lacks one", ["a", "b"], (index: number) => ({ a: `n${index}` })],
    ["as texts", [], (index: number) => `n${index}`],
  ])("of 10,000 items takes as many changes %s", (_what, of, item) => {
    const count = 10_000;
    const whole = (index: number) => {
      const one = item(index);
      return typeof one === "string" ? one : { ...one, b: "x", other: 1 };
    };
    const indexes = [...Array(count).keys()];
    const patch = indexes.map(item).reverse();
    const merged = mergeKeyedList(indexes.map(whole), patch, { keys: of }, inPlace);
    expect(merged).toHaveLength(count);
  });

  it("is refused when more of its items stand for any than can be looked at", () => {
    const items = Array.from({ length: 1_000 }, () => ({ a: "" }));
    const patch = Array.from(items, (_item, index) => ({ a: `n${index}` }));
    const merge = () => mergeKeyedList(items, patch, { keys: ["a"] }, plain);
    expect(merge).toThrow(expect.objectContaining({ code: "kustomize-too-large" }));
  });
});

/** Copies lists and mappings; a scalar that keeps its text stays the one it is. */
function structuredCopy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(structuredCopy) as T;
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, structuredCopy(one)])) as T;
}
