import { mkdirSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tryCases } from "../../core/embedded/kubernetes/machinery/conformance/corpus/corpus.ts";
import {
  goldenFile,
  printGolden,
  recorded,
} from "../../core/embedded/kubernetes/machinery/conformance/corpus/golden.ts";
import { corpus } from "../../core/embedded/kubernetes/machinery/conformance/corpus/index.ts";
import { available } from "./available.ts";
import { DryApiServer } from "./dry-api-server.ts";
import { type Lab, startLab } from "./lab.ts";

/** What changes an object on its way to validation, and isn't the machinery's. */
const changingPlugins = [
  "ServiceAccount",
  "DefaultTolerationSeconds",
  "Priority",
  "TaintNodesByCondition",
  "StorageObjectInUseProtection",
  "PersistentVolumeClaimResize",
];

describe.skipIf(!(await available(import.meta.filename, "kube-apiserver")))("the corpus", () => {
  let lab: Lab;

  beforeAll(async () => {
    const words = { "kube-apiserver": [`--disable-admission-plugins=${changingPlugins.join(",")}`] };
    lab = await startLab(["kube-apiserver"], { words });
  });
  afterAll(() => lab?.stop());

  test.each(corpus)("$kind: as recorded", async (kind) => {
    const server = new DryApiServer(lab.fact("kube-apiserver", "url"), lab.fact("kube-apiserver", "token"));
    const verdicts = await tryCases(server, kind);
    if (process.env["CATALYST_REWRITE"] === "1") {
      mkdirSync(new URL(".", goldenFile(kind)), { recursive: true });
      writeFileSync(goldenFile(kind), printGolden(verdicts));
    }
    expect(verdicts).toEqual(recorded(kind));
  });
});
