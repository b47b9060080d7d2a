import { systemClock } from "@catalyst/base/clock";
import type { CatalystEvent, EventSpine } from "@catalyst/ports/events";
import type { Commit, GitHost } from "@catalyst/ports/git";
import { describe, expect, it } from "vitest";
import { emptyState, eventTypes, reduce } from "../state/state.ts";
import { applicationView } from "../view/application.ts";
import { collectCommits, type GitCollectorOptions, type ReadDocument } from "./git.ts";

const repository = { owner: "acme", name: "acme-dev" };
const blueprint = { name: "bp-static-site", version: "1.0.0", digest: `sha256:${"0".repeat(64)}` };
const document = (title: string): ReadDocument => ({ spec: { blueprint, config: { title } }, labels: {} });

/** A repository by its commits, oldest first: the Applications each touched, and what `main` has of them. */
function repositoryOf(
  commits: readonly (readonly string[])[],
  head: ReadonlyMap<string, ReadDocument>,
): { readonly options: GitCollectorOptions; readonly events: CatalystEvent[] } {
  const events: CatalystEvent[] = [];
  const at = { name: "ada", email: "", date: "2026-01-01T00:00:00Z" };
  const known = commits.map(
    (_names, index): Commit => ({
      id: `c${index}`,
      parents: index === 0 ? [] : [`c${index - 1}`],
      author: at,
      committer: at,
      message: "",
    }),
  );
  const diffOf = (id: string) =>
    (commits[Number(id.slice(1))] ?? [])
      .map(
        (name) =>
          `diff --git a/applications/${name}/application.yaml b/applications/${name}/application.yaml`,
      )
      .join("\n");
  const git = {
    resolve: async () => known.at(-1)?.id,
    history: async (_repository: unknown, { skip }: { readonly skip: number }) =>
      known.toReversed().slice(skip),
    diff: async (_repository: unknown, _parent: unknown, id: string) => diffOf(id),
  } as unknown as GitHost;
  const publishAll = async (batch: readonly { readonly event: CatalystEvent }[]) => {
    events.push(...batch.map(({ event }) => event));
    return [];
  };
  const spine = { publishAll } as unknown as EventSpine;
  const documents: GitCollectorOptions["documents"] = async (_repository, _commit, names) =>
    new Map(names.flatMap((name) => (head.has(name) ? [[name, head.get(name) ?? {}] as const] : [])));
  return { options: { git, spine, clock: systemClock, documents }, events };
}

describe("collectCommits", () => {
  it("tells of each Application's document before the commits, by the newest that touched it", async () => {
    const head = new Map([
      ["site", document("Two")],
      ["gone", {}],
    ]);
    const { options, events } = repositoryOf([["site", "gone"], ["site"], ["gone"]], head);
    const state = emptyState();
    await collectCommits(repository, "acme-dev", state, options);
    expect(events.map(({ type, data }) => [type, (data as { commit?: string }).commit])).toEqual([
      [eventTypes.documentWritten, "c1"],
      [eventTypes.documentWritten, "c2"],
      [eventTypes.branchPushed, undefined],
    ]);
    for (const event of events) reduce(state, event);
    expect(applicationView(state, "acme-dev", "site")).toMatchObject({
      config: { title: "Two" },
      commit: { id: "c1" },
    });
    expect(applicationView(state, "acme-dev", "gone")).toBeUndefined();
  });

  it("tells nothing twice", async () => {
    const { options, events } = repositoryOf([["site"]], new Map([["site", document("One")]]));
    const state = emptyState();
    await collectCommits(repository, "acme-dev", state, options);
    for (const event of events.splice(0)) reduce(state, event);
    await collectCommits(repository, "acme-dev", state, options);
    expect(events).toEqual([]);
  });

  it("makes up for documents that an earlier version didn't tell of", async () => {
    const { options, events } = repositoryOf([["site"]], new Map([["site", document("One")]]));
    const state = emptyState();
    await collectCommits(repository, "acme-dev", state, options);
    for (const event of events.splice(0)) if (event.type === eventTypes.branchPushed) reduce(state, event);
    await collectCommits(repository, "acme-dev", state, options);
    for (const event of events) reduce(state, event);
    expect(applicationView(state, "acme-dev", "site")?.config).toEqual({ title: "One" });
  });

  it("leaves out a document that can't be understood", async () => {
    const { options, events } = repositoryOf([["site"]], new Map());
    await collectCommits(repository, "acme-dev", emptyState(), options);
    expect(events.map(({ type }) => type)).toEqual([eventTypes.branchPushed]);
  });
});
