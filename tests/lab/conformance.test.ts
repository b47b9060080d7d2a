import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  openPeer,
  openSubject,
  peerPrograms,
  programs,
  type TestedCluster,
} from "../conformance/clusters.ts";
import { excepted, readExceptions } from "../conformance/exceptions.ts";
import { exactly, runSuite, type Verdict } from "../conformance/suite.ts";
import { available } from "./available.ts";

/** What of Kubernetes' conformance tests is asked of the embedded cluster. */
const asked = "\\[sig-(api-machinery|apps|auth|cli)\\].*\\[Conformance\\]";

/** How the real cluster did in them, spec by spec: made by `./catalyst test --lab --rewrite`. */
const recordFile = new URL("../conformance/real-cluster.json", import.meta.url);

type Record = Readonly<{ [spec: string]: "passed" | "failed" }>;

const rewrite = process.env["CATALYST_REWRITE"] === "1";
const needed = rewrite ? [...programs, ...peerPrograms] : programs;

describe.skipIf(!(await available(import.meta.filename, ...needed)))("Kubernetes' conformance tests", () => {
  const folder = mkdtempSync(join(tmpdir(), "catalyst-conformance-"));
  const exceptions = readExceptions("simulated");
  const listed = excepted("simulated");
  const stops: (() => Promise<void>)[] = [];

  const run = async (open: (folder: string) => Promise<TestedCluster>, skip: readonly string[]) => {
    const cluster = await open(folder);
    stops.push(cluster.stop);
    return runSuite({ kubeconfig: cluster.kubeconfig, folder, focus: [asked], skip });
  };

  afterAll(async () => {
    for (const stop of stops) await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  describe.runIf(rewrite)("on the real cluster", () => {
    test("are recorded", { timeout: 3_600_000 }, async () => {
      const verdicts = await run(openPeer, []);
      const record = Object.fromEntries(
        verdicts.map(({ spec, passed }) => [spec, passed ? "passed" : "failed"]),
      );
      writeFileSync(recordFile, `${JSON.stringify(record, undefined, 2)}\n`);
    });
  });

  describe("on the embedded cluster", () => {
    let verdicts: readonly Verdict[] = [];
    const record = JSON.parse(readFileSync(recordFile, "utf8")) as Record;

    beforeAll(async () => {
      verdicts = await run(openSubject, listed.map(exactly));
    });

    test("are the ones the real cluster was asked", () => {
      const specs = [...verdicts.map(({ spec }) => spec), ...listed].sort();
      expect(specs).toEqual(Object.keys(record).sort());
    });

    test("pass, but for the listed exceptions", () => {
      const failed = verdicts.filter(({ passed }) => !passed);
      expect(failed.map(({ spec, failure }) => `${spec}: ${failure}`)).toEqual([]);
    });

    test("are excepted for a reason, and only where the real cluster fails too", () => {
      expect(exceptions.filter(({ reason }) => reason.trim() === "")).toEqual([]);
      expect(new Set(listed).size).toBe(listed.length);
      expect(listed.filter((spec) => record[spec] === "passed")).toEqual([]);
    });
  });
});
