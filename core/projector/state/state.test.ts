import type { CatalystEvent } from "@catalyst/ports/events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ObjectChange } from "./change.ts";
import { emptyState, eventTypes, reduce, type ScopeState } from "./state.ts";

let ids = 0;

function event(type: string, data: unknown): CatalystEvent {
  return { specversion: "1.0", id: String(ids++), source: "/test", type, time: "2026-01-01T00:00:00Z", data };
}

function changed(
  name: string,
  revision: number,
  deleted = false,
  incarnation = "2026-01-01/a",
): CatalystEvent {
  const object = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "n", resourceVersion: String(revision) },
  };
  const change: ObjectChange = { cluster: "acme-dev", incarnation, revision, deleted, object };
  return event(eventTypes.objectChanged, change);
}

function after(events: readonly CatalystEvent[]): ScopeState {
  const state = emptyState();
  for (const item of events) reduce(state, item);
  return state;
}

describe("reduce", () => {
  it("keeps the newest change and says what changed", () => {
    const state = emptyState();
    expect(reduce(state, changed("a", 1))).toHaveLength(1);
    expect(reduce(state, changed("a", 3))).toMatchObject([
      { key: "object//Pod/n/a", previous: { metadata: { resourceVersion: "1" } } },
    ]);
    expect(reduce(state, changed("a", 2))).toEqual([]);
    expect(state.objects.get("/Pod")?.get("n/a")?.revision).toBe(3);
  });

  it("doesn't bring a deleted object back by a late change", () => {
    expect(
      after([changed("a", 1), changed("a", 5, true), changed("a", 4)])
        .objects.get("/Pod")
        ?.get("n/a")?.object,
    ).toBeUndefined();
  });

  it("takes a cluster's next life over the last one, though its revisions begin again", () => {
    const state = after([changed("a", 900), changed("a", 2, false, "2026-02-01/b"), changed("a", 901)]);
    expect(state.objects.get("/Pod")?.get("n/a")).toMatchObject({ revision: 2, incarnation: "2026-02-01/b" });
  });

  it("gives the same state for any order and repetition of the same events", () => {
    const events = fc.array(
      fc.record({
        name: fc.constantFrom("a", "b", "c"),
        revision: fc.integer({ min: 1, max: 12 }),
        deleted: fc.boolean(),
        life: fc.constantFrom("2026-01-01/a", "2026-02-01/b"),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(
        events,
        fc.array(fc.nat(), { maxLength: 60 }),
        fc.infiniteStream(fc.nat()),
        (items, repeats, order) => {
          const made = items.map((item) => changed(item.name, item.revision, item.deleted, item.life));
          const disturbed = [
            ...made,
            ...repeats.flatMap((index) => made[index % Math.max(made.length, 1)] ?? []),
          ]
            .map((item) => ({ item, place: order.next().value as number }))
            .sort((a, b) => a.place - b.place)
            .map(({ item }) => item);
          expect(after(disturbed)).toEqual(after(made));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("keeps each commit once, of main alone", () => {
    const commit = {
      id: "c1",
      message: "m",
      author: "a",
      email: "e",
      date: "2026-01-01T00:00:00Z",
      paths: [],
    };
    const push = (branch: string) =>
      event(eventTypes.branchPushed, { repository: "acme/acme-dev", branch, pusher: "a", commits: [commit] });
    const state = emptyState();
    expect(reduce(state, push("topic"))).toEqual([]);
    expect(reduce(state, push("main"))).toHaveLength(1);
    expect(reduce(state, push("main"))).toEqual([]);
  });
});
