import { existsSync, readFileSync } from "node:fs";
import { CatalystError } from "@catalyst/base/errors";
import { buildKustomization, fileTree } from "@catalyst/kustomize";
import { describe, expect, test } from "vitest";
import { chartInflator } from "../../core/apps/embedded/commands/kustomize/inflate.ts";
import { chartCases, recordedFile } from "./chart-cases.ts";

function build(name: string): string {
  const files = new Map(
    Object.entries(chartCases[name] ?? {}).map(([path, text]) => [path, new TextEncoder().encode(text)]),
  );
  const inflate = chartInflator({ kubeVersion: undefined, apiVersions: [] });
  return buildKustomization({ files: fileTree(files), path: "", inflate }).text();
}

const isRefused = (name: string) => existsSync(recordedFile(name, "refused"));

describe("a kustomization with charts gives what kustomize 5.8.1 with helm 4.3.1 gives", () => {
  test.each(Object.keys(chartCases).filter((name) => !isRefused(name)))("for %s", (name) => {
    expect(build(name)).toBe(readFileSync(recordedFile(name, "printed"), "utf8"));
  });
});

describe("a kustomization with charts is refused where kustomize refuses it, naming the file", () => {
  test.each(Object.keys(chartCases).filter(isRefused))("for %s", (name) => {
    let refusal: unknown;
    try {
      build(name);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(CatalystError);
    expect((refusal as CatalystError).place?.file).toBeDefined();
  });
});
