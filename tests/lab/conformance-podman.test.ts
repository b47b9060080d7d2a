import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noteSkip } from "@catalyst/base/testing/note-skip";
import { podmanObstacle } from "@catalyst/embedded-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPodmanSubject, podmanPrograms, type TestedCluster } from "../conformance/clusters.ts";
import { excepted, readExceptions } from "../conformance/exceptions.ts";
import { exactly, runSuite, type Verdict } from "../conformance/suite.ts";
import { available } from "./available.ts";
import { PodmanMachine } from "./podman-machine.ts";

/** What the node itself does, of Kubernetes' conformance tests that take seconds each. */
const ofTheNode =
  "\\[sig-node\\] (Ephemeral Containers|Container Runtime|ConfigMap|Secrets|Downward API|Variable Expansion should (allow|succeed|fail)|Docker Containers|KubeletManagedEtcHosts|Security Context|Sysctls|RuntimeClass|PodOSRejection|Pods should support).*\\[Conformance\\]";

/** On podman: what a simulated node can't pass, since its Pods don't run, and what is the node's. */
const asked = [...excepted("simulated").map(exactly), ofTheNode];

const file = import.meta.filename;
const obstacle = await podmanObstacle();
if (obstacle !== undefined) noteSkip(file, obstacle);
const canRun = obstacle === undefined && (await available(file, ...podmanPrograms));

describe.skipIf(!canRun)("Kubernetes' conformance tests on podman", () => {
  const folder = mkdtempSync(join(tmpdir(), "catalyst-conformance-"));
  const exceptions = readExceptions("podman");
  const listed = excepted("podman");
  let cluster: TestedCluster | undefined;
  let verdicts: readonly Verdict[] = [];

  beforeAll(async () => {
    cluster = await openPodmanSubject(folder);
    const { kubeconfig } = cluster;
    verdicts = await runSuite({ kubeconfig, folder, focus: asked, skip: listed.map(exactly) });
  });

  afterAll(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("are all that the simulated node leaves out, and those of the node", () => {
    const ran = new Set([...verdicts.map(({ spec }) => spec), ...listed]);
    expect(excepted("simulated").filter((spec) => !ran.has(spec))).toEqual([]);
    expect(verdicts.filter(({ spec }) => spec.startsWith("[sig-node]")).length).toBeGreaterThan(30);
  });

  test("pass, but for the listed exceptions", () => {
    const failed = verdicts.filter(({ passed }) => !passed);
    expect(failed.map(({ spec, failure }) => `${spec}: ${failure}`)).toEqual([]);
  });

  test("leave nothing on the machine when the cluster has been stopped", async () => {
    await cluster?.stop();
    expect(new PodmanMachine(join(folder, "embedded")).traces()).toEqual([]);
  });

  test("are excepted for a reason, and only where they would be asked", () => {
    expect(exceptions.filter(({ reason }) => reason.trim() === "")).toEqual([]);
    const all = asked.map((text) => new RegExp(text));
    expect(listed.filter((spec) => !all.some((one) => one.test(spec)))).toEqual([]);
  });
});
