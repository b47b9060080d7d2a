import { describe, expect, it } from "vitest";
import { Collection } from "./collection.ts";
import type { Entry } from "./entry.ts";

const entry = (key: string, revision: number): Entry => ({
  id: revision,
  key,
  object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: key } },
  revision,
});

/** Numbers that look random and are the same each time. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 1103515245 + 12345) % 2147483648;
    yield state;
  }
}

describe("the list of a collection", () => {
  it.each([1, 2, 3])("is what sorting all anew gives, whenever it is asked for (history %i)", (seed) => {
    const collection = new Collection("c", "/configmaps", true, 0);
    const expected = new Map<string, Entry>();
    const random = numbers(seed);
    const next = (below: number) => random.next().value % below;
    for (let revision = 1; revision <= 5000; revision++) {
      const key = `ns-${next(3)}/name-${next(400)}`;
      const made = entry(key, revision);
      if (next(3) > 0) {
        collection.put(made);
        expected.set(key, made);
      } else if (expected.delete(key)) collection.remove(made);
      if (next(20) > 0) continue;
      const sorted = [...expected.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
      expect(collection.list()).toEqual(sorted);
      expect(collection.list("ns-1")).toEqual(sorted.filter(({ key }) => key.startsWith("ns-1/")));
    }
  });

  it("is one array until something changes, and stays what it was", () => {
    const collection = new Collection("c", "/configmaps", true, 0);
    collection.put(entry("a/one", 1));
    const before = collection.list();
    expect(collection.list()).toBe(before);
    collection.put(entry("a/two", 2));
    expect(before).toHaveLength(1);
    expect(collection.list()).toHaveLength(2);
  });
});
