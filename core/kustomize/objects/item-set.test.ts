import { isCatalystError } from "@catalyst/base/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Behavior, Item, idKey } from "./item.ts";
import { ItemSet } from "./item-set.ts";
import { selectorTest } from "./selector.ts";

/** Kinds called so live outside namespaces once a schema says so. */
const clusterKind = "Zone";

class Scopes {
  asked = 0;
  hasSchema = false;
  readonly isClusterScoped = (_apiVersion: string, kind: string) => {
    this.asked++;
    return this.hasSchema && kind === clusterKind;
  };
  item(kind: string, name: string, namespace = ""): Item {
    const metadata = { name, ...(namespace === "" ? {} : { namespace }) };
    return new Item({ apiVersion: "v1", kind, metadata }, this.isClusterScoped);
  }
}

/** The obvious way to find objects: going through all. */
class PlainSet {
  #items: Item[] = [];

  get items(): readonly Item[] {
    return this.#items.filter(({ value }) => value !== undefined);
  }
  append(item: Item): boolean {
    if (this.items.some(({ id }) => idKey(id) === idKey(item.id))) return false;
    this.#items.push(item);
    return true;
  }
  replace(before: Item, item: Item): void {
    this.#items = this.#items.map((other) => (other === before ? item : other));
  }
  called(item: Item): readonly Item[] {
    return this.items.filter(({ ids }) => ids.some((id) => idKey(id) === idKey(item.id)));
  }
}

type Change = (items: { readonly fast: ItemSet; readonly plain: PlainSet }, scopes: Scopes) => void;

const names = fc.constantFrom("a", "b", "c");
const namespaces = fc.constantFrom("", "default", "n");
const kinds = fc.constantFrom("Thing", clusterKind);
const places = fc.nat({ max: 9 });

function failed(run: () => void): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (isCatalystError(error)) return true;
    throw error;
  }
}

const append = fc.tuple(kinds, names, namespaces).map(([kind, name, namespace]): Change => {
  return ({ fast, plain }, scopes) => {
    const item = scopes.item(kind, name, namespace);
    expect(failed(() => fast.append([item]))).toBe(!plain.append(item));
  };
});
const absorb = fc
  .tuple(kinds, names, namespaces, fc.constantFrom<Behavior>("create", "merge", "replace"))
  .map(([kind, name, namespace, behavior]): Change => {
    return ({ fast, plain }, scopes) => {
      const item = scopes.item(kind, name, namespace);
      item.behavior = behavior;
      const [found, ...others] = plain.called(item);
      const isAdding = behavior === "create";
      const isRefused = others.length > 0 || (found === undefined) !== isAdding;
      expect(failed(() => fast.absorb(item))).toBe(isRefused);
      if (isRefused) return;
      if (found === undefined) plain.append(item);
      else plain.replace(found, item);
    };
  });
const change = (act: (item: Item, name: string, namespace: string) => void) =>
  fc.tuple(places, names, namespaces).map(([place, name, namespace]): Change => {
    return ({ plain }) => {
      const item = plain.items[place];
      if (item !== undefined) act(item, name, namespace);
    };
  });
const changes = fc.array(
  fc.oneof(
    { arbitrary: append, weight: 4 },
    { arbitrary: absorb, weight: 2 },
    { arbitrary: change((item) => item.rememberId()), weight: 2 },
    { arbitrary: change((item, name) => item.setMetadata("name", name)), weight: 2 },
    change((item, _name, namespace) => item.setMetadata("namespace", namespace)),
    change((item) => {
      item.value = undefined;
    }),
    fc.constant<Change>((_sets, scopes) => {
      scopes.hasSchema = true;
    }),
  ),
  { maxLength: 20 },
);

describe("a set of objects", () => {
  it("finds what going through all finds, whatever was renamed, moved, deleted or replaced", () => {
    fc.assert(
      fc.property(changes, kinds, names, namespaces, (all, kind, name, namespace) => {
        const scopes = new Scopes();
        const sets = { fast: new ItemSet(), plain: new PlainSet() };
        const { fast, plain } = sets;
        for (const one of all) {
          one(sets, scopes);
          const wanted = scopes.item(kind, name, namespace);
          const found = plain.called(wanted);
          if (found.length !== 1) expect(failed(() => fast.one(wanted.id))).toBe(true);
          else expect(fast.one(wanted.id)).toBe(found[0]);
          const selector = { name, kind };
          expect(fast.select(selector)).toEqual(plain.items.filter(selectorTest(selector)));
          expect(fast.named(name, (id) => id.kind === kind)).toEqual(
            plain.items.filter(({ ids }) => ids.some((id) => id.name === name && id.kind === kind)),
          );
        }
        expect(fast.items).toEqual(plain.items);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each<[string, (set: ItemSet, scopes: Scopes, index: number) => void]>([
    ["found by what they are called", (set, scopes, index) => set.one(scopes.item("Thing", `n${index}`).id)],
    [
      "renamed and found by what they were called",
      (set, scopes, index) => {
        const item = set.one(scopes.item("Thing", `n${index}`).id);
        item.rememberId();
        item.setMetadata("name", `p-n${index}`);
      },
    ],
    [
      "deleted",
      (set, scopes, index) => {
        set.one(scopes.item("Thing", `n${index}`).id).value = undefined;
      },
    ],
    ["selected by their name", (set, _scopes, index) => set.select({ kind: "Thing", name: `n${index}` })],
    ["named", (set, _scopes, index) => set.named(`n${index}`, () => true)],
    [
      "generated",
      (set, scopes, index) => {
        set.absorb(scopes.item("Other", `n${index}`));
      },
    ],
    [
      "merged with generated ones",
      (set, scopes, index) => {
        const item = scopes.item("Thing", `n${index}`);
        item.behavior = "merge";
        set.absorb(item);
      },
    ],
  ])("takes work by their number, not its square, for objects that are %s", (_what, act) => {
    const work = (count: number) => {
      const scopes = new Scopes();
      const set = new ItemSet();
      const indexes = [...Array(count).keys()];
      set.append(indexes.map((index) => scopes.item("Thing", `n${index}`)));
      for (const index of indexes) act(set, scopes, index);
      return scopes.asked;
    };
    expect(work(400)).toBeLessThan(2.1 * work(200));
  });
});
