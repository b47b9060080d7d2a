import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import { describe, expect, it } from "vitest";
import { buildKustomization, fileTree } from "./index.ts";

const root = join(import.meta.dirname, "golden");

/** What Kustomize 5.8.1 printed for a folder, or why it refused it, stands beside its kustomization. */
const expectedFile = "expected.txt";
const refusedFile = "refused.txt";

const files = new Map(
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(root, path), readFileSync(path)] as const),
);

const foldersWith = (name: string) =>
  [...files.keys()]
    .filter((path) => path.endsWith(`/${name}`))
    .map((path) => path.slice(0, -name.length - 1));

const build = (folder: string) => buildKustomization({ files: fileTree(files), path: folder });

describe("a build gives Kustomize's bytes", () => {
  it.each(foldersWith(expectedFile))("for %s", (folder) => {
    expect(build(folder).text()).toBe(new TextDecoder().decode(files.get(`${folder}/${expectedFile}`)));
  });
});

describe("a build refuses what Kustomize refuses, naming the file", () => {
  it.each(foldersWith(refusedFile))("for %s", (folder) => {
    let refusal: unknown;
    try {
      build(folder).text();
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(CatalystError);
    expect((refusal as CatalystError).place?.file).toMatch(new RegExp(`^${folder}`));
  });
});
