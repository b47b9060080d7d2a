import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { buildKustomization, fileTree } from "./index.ts";

const root = join(import.meta.dirname, "golden");

/** What Kustomize 5.8.1 printed for a folder stands beside its kustomization. */
const expectedFile = "expected.txt";

const files = new Map(
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(root, path), readFileSync(path)] as const),
);

const cases = [...files.keys()].filter((path) => path.endsWith(`/${expectedFile}`));

describe("a build gives Kustomize's bytes", () => {
  it.each(cases.map((path) => path.slice(0, -expectedFile.length - 1)))("for %s", (folder) => {
    const { text } = buildKustomization({ files: fileTree(files), path: folder });
    expect(text()).toBe(new TextDecoder().decode(files.get(`${folder}/${expectedFile}`)));
  });
});
