import type { ApplicationSpec, Phase } from "@catalyst/model/application";
import type { CatalystEvent } from "@catalyst/ports/events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ObjectChange, PushedCommit, WrittenDocument } from "../state/change.ts";
import { emptyState, eventTypes, reduce, type ScopeState } from "../state/state.ts";
import { applicationView, applicationViews } from "./application.ts";

const environment = "acme-dev";
let revision = 0;

function event(type: string, data: unknown): CatalystEvent {
  return { specversion: "1.0", id: "1", source: "/test", type, time: "2026-01-01T00:00:00Z", data };
}

const spec = (title: string, more: Partial<ApplicationSpec> = {}): ApplicationSpec => ({
  blueprint: { name: "bp-static-site", version: "1.0.0", digest: `sha256:${"0".repeat(64)}` },
  config: { title },
  ...more,
});

/** A commit that leaves an Application's document as given; without a spec it removes it. */
function written(id: string, parent: string | undefined, content: ApplicationSpec | undefined) {
  const document: WrittenDocument = {
    application: "site",
    commit: id,
    ...(content === undefined ? {} : { spec: content }),
  };
  const commit: PushedCommit = {
    id,
    parent,
    message: id,
    author: "ada",
    email: "",
    date: "2026-01-01T00:00:00Z",
    paths: ["applications/site/application.yaml"],
  };
  return [
    event(eventTypes.documentWritten, document),
    event(eventTypes.branchPushed, { repository: "", branch: "main", pusher: "", commits: [commit] }),
  ];
}

interface Applied {
  readonly phase?: Phase;
  readonly generation?: number;
  readonly observed?: number;
  readonly deleted?: boolean;
}

/** The object in the cluster, as its controller last left it. */
function applied(content: ApplicationSpec, { phase, generation = 1, observed = 1, deleted }: Applied = {}) {
  const change: ObjectChange = {
    cluster: environment,
    incarnation: "a",
    revision: ++revision,
    deleted: deleted ?? false,
    object: {
      apiVersion: "catalyst.openova.io/v1alpha1",
      kind: "Application",
      metadata: { name: "site", namespace: "applications", generation, resourceVersion: String(revision) },
      spec: { ...content, suspended: content.suspended ?? false },
      ...(phase === undefined ? {} : { status: { phase, observedGeneration: observed } }),
    },
  };
  return event(eventTypes.objectChanged, change);
}

function after(events: readonly CatalystEvent[]): ScopeState {
  const state = emptyState();
  for (const item of events) reduce(state, item);
  return state;
}

const look = (events: readonly CatalystEvent[]) => applicationView(after(events), environment, "site");

describe("an Application's view", () => {
  it("is there from its commit on, before anything is applied", () => {
    expect(look(written("c1", undefined, spec("One")))).toMatchObject({
      phase: "Pending",
      config: { title: "One" },
      commit: { id: "c1" },
      why: { label: "waiting", sentence: expect.stringContaining("c1") },
      pods: { ready: 0, wanted: 0 },
    });
  });

  it("shows the config of the commit it names, whether that is applied or not", () => {
    const before = [...written("c1", undefined, spec("One")), applied(spec("One"), { phase: "Running" })];
    expect(look(before)).toMatchObject({ phase: "Running", config: { title: "One" }, commit: { id: "c1" } });
    const committed = [...before, ...written("c2", "c1", spec("Two"))];
    expect(look(committed)).toMatchObject({
      phase: "Updating",
      config: { title: "Two" },
      commit: { id: "c2" },
    });
    const unhandled = [...committed, applied(spec("Two"), { phase: "Running", generation: 2, observed: 1 })];
    expect(look(unhandled)?.phase).toBe("Updating");
    const done = [...committed, applied(spec("Two"), { phase: "Running", generation: 2, observed: 2 })];
    expect(look(done)).toMatchObject({ phase: "Running", config: { title: "Two" } });
    expect(look(done)?.why).toBeUndefined();
  });

  it("doesn't show a document before its commit is known", () => {
    const [document] = written("c2", "c1", spec("Two"));
    const known = [...written("c1", undefined, spec("One")), applied(spec("One"), { phase: "Running" })];
    expect(look([...known, document!])).toMatchObject({ config: { title: "One" }, commit: { id: "c1" } });
  });

  it("goes by descent, whatever order the commits come in", () => {
    const [first, second] = [written("c1", undefined, spec("One")), written("c2", "c1", spec("Two"))];
    expect(look([...second, ...first])?.config).toEqual({ title: "Two" });
  });

  it("is the same whatever order its events come in, and however often", () => {
    const events = [
      ...written("c1", undefined, spec("One")),
      applied(spec("One"), { phase: "Running" }),
      ...written("c2", "c1", undefined),
      ...written("c3", "c2", spec("Three")),
    ];
    const order = fc.shuffledSubarray(events, { minLength: events.length });
    const repeats = fc.array(fc.constantFrom(...events));
    fc.assert(
      fc.property(order, repeats, (shuffled, again) => {
        expect(look([...shuffled, ...again])).toEqual(look(events));
      }),
    );
  });

  it("is being removed from the commit on that removes it, and gone with its object", () => {
    const running = [...written("c1", undefined, spec("One")), applied(spec("One"), { phase: "Running" })];
    const removed = [...running, ...written("c2", "c1", undefined)];
    expect(look(removed)).toMatchObject({ phase: "Deleting", why: { label: "waiting" } });
    expect(look([...removed, applied(spec("One"), { deleted: true })])).toBeUndefined();
    const never = [...written("c1", undefined, spec("One")), ...written("c2", "c1", undefined)];
    expect(look(never)).toBeUndefined();
    expect(applicationViews(after(never), environment)).toEqual([]);
  });

  it("is the object alone when no document is known, as of a log from before there were any", () => {
    const commit = written("c1", undefined, spec("One"))[1]!;
    expect(look([commit, applied(spec("One"), { phase: "Running" })])).toMatchObject({
      phase: "Running",
      config: { title: "One" },
    });
  });

  it.each([
    ["null stands for absent", spec("One", { config: { title: "One", note: null } }), spec("One")],
    ["so does not being suspended", spec("One", { suspended: false }), spec("One")],
  ])("is applied when the object says the same: %s", (_name, document, object) => {
    expect(look([...written("c1", undefined, document), applied(object, { phase: "Running" })])?.phase).toBe(
      "Running",
    );
  });

  it.each<readonly [Phase, Phase]>([
    ["Failed", "Updating"],
    ["Degraded", "Updating"],
    ["Paused", "Updating"],
    ["Pending", "Pending"],
    ["Installing", "Installing"],
    ["Deleting", "Deleting"],
  ])("that was %s is %s until the commit is applied", (phase, expected) => {
    const events = [
      ...written("c1", undefined, spec("One")),
      applied(spec("One"), { phase }),
      ...written("c2", "c1", spec("Two")),
    ];
    expect(look(events)?.phase).toBe(expected);
  });
});
