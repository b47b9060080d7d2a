import type { ActivityView, CommitView } from "@catalyst/model/view";
import { describe, expect, it } from "vitest";
import { timelineOf } from "./timeline.ts";

const commit = (message: string, second: number): CommitView => ({
  id: message,
  message,
  author: "Dev",
  date: `2026-01-01T00:00:0${second}Z`,
});

const activity = (action: string, outcome: string, second: number): ActivityView => ({
  id: `${action} ${outcome}`,
  time: `2026-01-01T00:00:0${second}Z`,
  user: "dev",
  action,
  message: `${action} ${outcome}`,
  outcome,
  surface: "api",
});

const texts = (items: readonly ActivityView[], commits: readonly CommitView[]) =>
  timelineOf(items, commits).map(({ text }) => text);

describe("what happened in an Environment", () => {
  it("is told once: a change that was made is its commit", () =>
    expect(texts([activity("install", "done", 1)], [commit("Install a", 1)])).toEqual(["Install a"]));

  it("has pushes and what the console did in one order, newest first", () =>
    expect(texts([], [commit("pushed", 3), commit("Install a", 1)])).toEqual(["pushed", "Install a"]));

  it("has what became no commit", () =>
    expect(
      texts([activity("change", "refused", 2), activity("retry", "done", 3)], [commit("Install a", 1)]),
    ).toEqual(["retry done", "change refused", "Install a"]));
});
