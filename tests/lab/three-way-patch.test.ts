import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { threeWayPatch } from "@catalyst/embedded-kubernetes";
import { describe, expect, test } from "vitest";
import { available } from "./available.ts";
import { programPath } from "./lab.ts";
import { type ThreeWayCase, threeWayCases } from "./three-way-cases.ts";

const golden = new URL(
  "../../core/embedded/kubernetes/machinery/patch/golden/three-way-patch.json",
  import.meta.url,
);

/** Cases that are kept with their patches for those who have no lab. */
const kept = 60;

describe.skipIf(!(await available(import.meta.filename, "three-way-patch")))("a three-way patch", () => {
  const patchesOf = (cases: readonly ThreeWayCase[]): readonly unknown[] => {
    const input = cases.map((each) => JSON.stringify(each)).join("\n");
    const { status, stdout, stderr } = spawnSync(programPath("three-way-patch"), {
      input,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(stderr);
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  };

  test("is the API machinery's own in thousands of cases", () => {
    const cases = threeWayCases(5_000, 7);
    const patches = patchesOf(cases);
    for (const [index, { original, modified, current }] of cases.entries())
      expect(threeWayPatch(original, modified, current), `case ${index}`).toEqual(patches[index]);
  });

  test.runIf(process.env["CATALYST_REWRITE"] === "1")("is kept for some", () => {
    const cases = threeWayCases(kept, 1);
    const patches = patchesOf(cases);
    const lines = cases.map((each, index) => JSON.stringify({ ...each, patch: patches[index] }));
    writeFileSync(golden, `[\n${lines.join(",\n")}\n]\n`);
  });
});
