import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseYamlStream, printYaml } from "@catalyst/base/yaml";
import type { StepSeen } from "./run-sequence.ts";

function goldenFile(name: string): string {
  return join(import.meta.dirname, "golden", `${name}.yaml`);
}

/** What Flux's own helm-controller came to in a sequence. Throws when nobody has recorded it. */
export function readGolden(name: string): unknown[] {
  return parseYamlStream(readFileSync(goldenFile(name), "utf8")).map(({ value }) => value);
}

/** Records what the real controller came to. */
export function writeGolden(name: string, seen: readonly StepSeen[]): void {
  writeFileSync(goldenFile(name), seen.map((step) => `---\n${printYaml(step)}`).join(""));
}
