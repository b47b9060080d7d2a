import { rfc3339 } from "@catalyst/base/clock";
import { describe, expect, it } from "vitest";
import { expiredVersions, keptAfterUse, keptUncommitted } from "./retention.ts";

const now = Date.UTC(2026, 5, 1);
const minute = 60_000;

describe("which values are destroyed", () => {
  it.each<[string, number, number | undefined, boolean]>([
    ["one that a commit refers to, however old", 400 * keptUncommitted, Number.POSITIVE_INFINITY, false],
    ["one given a moment ago, for a form that is being filled in", minute, undefined, false],
    ["one that no commit took up for a day", keptUncommitted + minute, undefined, true],
    ["one whose use ended lately", 400 * keptUncommitted, keptAfterUse - minute, false],
    ["one whose use ended long ago", 400 * keptUncommitted, keptAfterUse + minute, true],
  ])("%s", (_which, age, sinceUse, destroyed) => {
    const versions = [{ version: 7, createdAt: rfc3339(now - age) }];
    const used =
      sinceUse === undefined
        ? new Map<number, number>()
        : new Map([[7, Number.isFinite(sinceUse) ? now - sinceUse : sinceUse]]);
    expect(expiredVersions({ versions }, used, now)).toEqual(destroyed ? [7] : []);
  });
});
