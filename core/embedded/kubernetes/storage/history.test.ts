import { describe, expect, it } from "vitest";
import { Change } from "./change.ts";
import { Collection } from "./collection.ts";
import { History } from "./history.ts";

const collection = new Collection("management", "/configmaps", false, 0);
const minute = 60_000;

function change(revision: number, time: number, size = 100): Change {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  const entry = { id: 1, key: "a", object, revision };
  return new Change({ collection, key: "a", object, previous: undefined }, entry, time, size);
}

const revisions = (changes: readonly Change[] | undefined) => changes?.map((item) => item.revision);

describe("the history of changes (security case 36)", () => {
  it("gives what came after a revision", () => {
    const history = new History(3);
    for (const revision of [4, 6, 9]) history.push(change(revision, 0));
    expect(revisions(history.after(3))).toEqual([4, 6, 9]);
    expect(revisions(history.after(5))).toEqual([6, 9]);
    expect(revisions(history.after(9))).toEqual([]);
  });

  it("says when it no longer holds everything after a revision", () => {
    const history = new History(3);
    history.push(change(4, 0));
    expect(history.after(2)).toBeUndefined();
    history.push(change(5, 6 * minute));
    expect(history.after(3)).toBeUndefined();
    expect(revisions(history.after(4))).toEqual([5]);
  });

  it("holds a bounded amount, and at least the last change", () => {
    const history = new History(0);
    const large = 10 * 1024 * 1024;
    for (let revision = 1; revision <= 10; revision++) history.push(change(revision, 0, large));
    expect(history.after(6)).toBeUndefined();
    expect(revisions(history.after(7))).toEqual([8, 9, 10]);
    history.push(change(11, 0, 5 * large));
    expect(revisions(history.after(10))).toEqual([11]);
  });

  it("holds a bounded number of changes, none missing among them", () => {
    const history = new History(0);
    for (let revision = 1; revision <= 50_000; revision++) history.push(change(revision, 0));
    expect(history.after(29_999)).toBeUndefined();
    const held = revisions(history.after(30_000))!;
    expect([held.length, held[0], held.at(-1)]).toEqual([20_000, 30_001, 50_000]);
  });
});
