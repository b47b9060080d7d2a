import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VolumeFile } from "@catalyst/ports/containers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { showFiles } from "./volume-files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "catalyst-volume-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(path: string, text: string, mode = 0o644): VolumeFile {
  return { path, content: new TextEncoder().encode(text), mode };
}
const data = () => readlinkSync(join(folder, "..data"));
const names = () => readdirSync(folder).filter((name) => !name.startsWith(".."));
const read = (path: string) => readFileSync(join(folder, path), "utf8");

test("files are read through ..data, whatever folder they are in", async () => {
  await showFiles(folder, [file("a", "1"), file("deep/er/b", "2", 0o400)], {});
  expect([read("a"), read("deep/er/b")]).toEqual(["1", "2"]);
  expect(readlinkSync(join(folder, "deep"))).toBe("..data/deep");
  expect(statSync(join(folder, "deep/er/b")).mode & 0o777).toBe(0o400);
});

test("what is the same stays where it is", async () => {
  await showFiles(folder, [file("a", "1")], {});
  const before = data();
  await showFiles(folder, [file("a", "1")], {});
  expect(data()).toBe(before);
});

test("new content replaces all files at once and leaves nothing of the old", async () => {
  await showFiles(folder, [file("a", "1"), file("b", "1")], {});
  const before = data();
  await showFiles(folder, [file("b", "2"), file("c", "2")], {});
  expect([read("b"), read("c"), names()]).toEqual(["2", "2", ["b", "c"]]);
  expect(readdirSync(folder)).not.toContain(before);
});

test("a mode alone is a change", async () => {
  await showFiles(folder, [file("a", "1", 0o600)], {});
  await showFiles(folder, [file("a", "1", 0o640)], {});
  expect(statSync(join(folder, "a")).mode & 0o777).toBe(0o640);
});

test("case 12: a path that leaves the volume is refused", async () => {
  for (const path of ["../out", "a/../../out", "/etc/out"])
    await expect(showFiles(folder, [file(path, "x")], {})).rejects.toMatchObject({
      code: "pod-volume-unsupported",
    });
});
