import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { portableCommands } from "../../core/apps/embedded/cli/portable-commands.ts";
import { entryPoint, type ImageContents, imageContents } from "./contents.ts";
import { stageContents } from "./stage.ts";

const checkout = resolve(import.meta.dirname, "../..");
let folder: string;
let contents: ImageContents;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "catalyst-image-"));
  contents = imageContents(checkout);
  stageContents(checkout, contents, join(folder, "app"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs Node in the folder, with nothing of the checkout but what the image holds. */
function node(...words: readonly string[]): string {
  return execFileSync(process.execPath, words, { cwd: folder, encoding: "utf8", env: {} });
}

function run(...words: readonly string[]): string {
  return node(join(folder, "app", entryPoint), ...words);
}

describe("what the image holds is enough", () => {
  test("to say which version it is", () => {
    const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as {
      version: string;
    };
    expect(run("--version")).toBe(`${version}\n`);
  });

  test("to load every command", () => {
    const program = `
      const { portableCommands } = await import("./app/core/apps/embedded/cli/portable-commands.ts");
      for (const { name, load } of portableCommands) {
        await load();
        console.log(name);
      }`;
    const names = node("--input-type=module", "--eval", program).trim().split("\n");
    expect(names).toEqual(portableCommands.map(({ name }) => name));
  });

  test("to write a Blueprint, and to check, render and pack it", () => {
    run("blueprint", "new", "my-shop");
    expect(run("blueprint", "lint", "platform/my-shop")).toBe("platform/my-shop: nothing wrong\n");
    expect(run("chart", "template", "shop", "platform/my-shop/chart")).toContain("kind: Deployment");
    run("blueprint", "pack", "platform/my-shop", "--file", "shop.tar");
    expect(existsSync(join(folder, "shop.tar"))).toBe(true);
  });
});

test("the image holds no test, nothing of the console and none of its packages", () => {
  const paths = [...contents.files, ...contents.packages];
  expect(paths.filter((path) => /\.test\.|\/testing\/|^core\/console\/|\/(react|vite)/.test(path))).toEqual(
    [],
  );
});
