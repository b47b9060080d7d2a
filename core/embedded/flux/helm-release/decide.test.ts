import type { HelmRelease, ReleaseSnapshot } from "@catalyst/ports/flux";
import { describe, expect, it } from "vitest";
import { decideRelease } from "./decide.ts";
import { settingsOf } from "./settings.ts";
import type { ReleaseState } from "./state.ts";

const release = (spec: Partial<HelmRelease["spec"]>): HelmRelease => ({
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: { namespace: "a", name: "r" },
  spec: { interval: "1m", ...spec },
});

const entry = (version: number, status: string) => ({ version, status }) as unknown as ReleaseSnapshot;
const failed: ReleaseState = { state: "failed", reason: "" };
const absent: ReleaseState = { state: "absent", reason: "" };
const outOfSync: ReleaseState = { state: "out-of-sync", reason: "" };
const upgradeFailed = {
  lastAttemptedReleaseAction: "upgrade",
  upgradeFailures: 1,
  history: [entry(2, "failed"), entry(1, "deployed")],
};
const retries = (count: number, more: object = {}) => ({ remediation: { retries: count, ...more } });

describe("decideRelease", () => {
  it.each<[string, ReleaseState, Partial<HelmRelease["spec"]>, object, boolean, string]>([
    ["installs what isn't there", absent, {}, {}, false, "install"],
    [
      "gives up after the last install allowed",
      absent,
      {},
      { lastAttemptedReleaseAction: "install", installFailures: 1 },
      false,
      "stall",
    ],
    ["installs once more when forced", absent, {}, { installFailures: 1 }, true, "install"],
    [
      "never gives up with a retry strategy",
      absent,
      { install: { strategy: { name: "RetryOnFailure" } } },
      { installFailures: 9 },
      false,
      "install",
    ],
    ["upgrades what has changed", outOfSync, {}, {}, false, "upgrade"],
    [
      "gives up after the last upgrade allowed",
      outOfSync,
      {},
      { lastAttemptedReleaseAction: "upgrade", upgradeFailures: 1 },
      false,
      "stall",
    ],
    ["frees what is locked", { state: "locked", reason: "" }, {}, {}, false, "unlock"],
    ["takes over what it doesn't know", { state: "unmanaged", reason: "" }, {}, {}, false, "upgrade"],
    ["leaves alone what is in sync", { state: "in-sync" }, {}, {}, false, "nothing"],
    ["upgrades what is in sync when forced", { state: "in-sync" }, {}, {}, true, "upgrade"],
    ["tests what isn't tested", { state: "untested" }, {}, {}, false, "test"],
    [
      "upgrades what failed for another reason",
      failed,
      {},
      { lastAttemptedReleaseAction: "upgrade", upgradeFailures: 0 },
      false,
      "upgrade",
    ],
    ["stops at a failed upgrade without retries", failed, {}, upgradeFailed, false, "stall"],
    ["goes back while there are retries", failed, { upgrade: retries(2) }, upgradeFailed, false, "rollback"],
    [
      "goes back after the last one when asked to",
      failed,
      { upgrade: retries(0, { remediateLastFailure: true }) },
      upgradeFailed,
      false,
      "rollback",
    ],
    [
      "stalls without anything to go back to",
      failed,
      { upgrade: retries(2) },
      { ...upgradeFailed, history: [entry(1, "failed")] },
      false,
      "stall",
    ],
    [
      "removes a failed install while there are retries",
      failed,
      { install: retries(2) },
      { lastAttemptedReleaseAction: "install", installFailures: 1 },
      false,
      "uninstall",
    ],
    [
      "upgrades a failed release with a retry strategy",
      failed,
      { upgrade: { strategy: { name: "RetryOnFailure" } } },
      upgradeFailed,
      false,
      "upgrade",
    ],
  ])("%s", (_name, state, spec, status, forced, expected) => {
    const settings = settingsOf(release(spec));
    expect(decideRelease({ state, settings, status, forced, isStored: () => true }).do).toBe(expected);
  });

  it("upgrades once more when what it would go back to isn't stored as it was", () => {
    const settings = settingsOf(release({ upgrade: retries(0, { remediateLastFailure: true }) }));
    const facts = { state: failed, settings, status: upgradeFailed, forced: false };
    expect(decideRelease({ ...facts, isStored: () => true }).do).toBe("rollback");
    expect(decideRelease({ ...facts, isStored: () => false }).do).toBe("upgrade");
  });
});

describe("settingsOf", () => {
  it("names a release after its target, and shortens what Helm wouldn't take", () => {
    expect(settingsOf(release({ targetNamespace: "web" })).releaseName).toBe("web-r");
    expect(settingsOf(release({ releaseName: "n".repeat(60) })).releaseName).toMatch(/^n{40}-[0-9a-f]{12}$/);
  });
});
