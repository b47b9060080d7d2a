import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "../cli/main.ts";
import { commandTable } from "../cli/table.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kustomize-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function build(...words: string[]) {
  let stdout = "";
  let stderr = "";
  const exit = await main({
    table: commandTable,
    words: ["kustomize", "build", ...words],
    folder,
    signal: new AbortController().signal,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exit, stdout, stderr };
}

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n";

test("prints the objects of a folder", async () => {
  write("app/kustomization.yaml", "resources: [settings.yaml]\n");
  write("app/settings.yaml", configMap);
  expect(await build("app")).toEqual({ exit: 0, stdout: configMap, stderr: "" });
});

test("reads a base beside it in the same repository", async () => {
  mkdirSync(join(folder, ".git"));
  write("base/kustomization.yaml", "resources: [settings.yaml]\n");
  write("base/settings.yaml", configMap);
  write("overlay/kustomization.yaml", "resources: [../base]\n");
  expect((await build("overlay")).stdout).toBe(configMap);
});

test("reads nothing outside its folder where there is no repository", async () => {
  write("base/kustomization.yaml", "resources: [settings.yaml]\n");
  write("base/settings.yaml", configMap);
  write("overlay/kustomization.yaml", "resources: [../base]\n");
  const { exit, stderr } = await build("overlay");
  expect(exit).toBe(1);
  expect(stderr).toContain("leads out of the source");
});

test("follows no link out of the folder", async () => {
  write("secret.yaml", configMap);
  write("app/kustomization.yaml", "resources: [settings.yaml]\n");
  symlinkSync(join(folder, "secret.yaml"), join(folder, "app/settings.yaml"));
  expect((await build("app")).exit).toBe(1);
});

test("names the folder that isn't there as it was given", async () => {
  expect(await build("nowhere")).toEqual({
    exit: 1,
    stdout: "",
    stderr: "catalyst: there is no folder 'nowhere'\n",
  });
});
